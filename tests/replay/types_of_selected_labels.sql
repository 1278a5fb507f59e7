-- The tables that queries make have labels where functions and VALUES have them, and keep the type.
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE p (id int, m mood, x varchar(9));

CREATE TABLE a AS SELECT array_agg(m) FROM p;

DROP TABLE p;

DROP TYPE mood;

DROP TABLE a; DROP TYPE mood;

CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE p (id int, m mood, x varchar(9), ms mood[]);

CREATE TABLE a AS SELECT max(m) AS most, min(p.m) FROM p;

CREATE TABLE b AS VALUES (1, 'a', 'ok'::mood), (2, NULL, NULL);

CREATE TABLE c AS SELECT coalesce(m, 'ok') AS m, CASE WHEN id > 1 THEN m END AS n, coalesce(x, 'a') AS x FROM p;

CREATE TABLE d AS SELECT enum_range(NULL::mood), nullif(m, 'ok') FROM p;

CREATE VIEW e AS SELECT greatest(m, 'sad') AS g, CASE id WHEN 1 THEN 'a' ELSE 'b' END AS t FROM p;

SELECT coalesce(m, 'ok') AS m INTO f FROM p;

DROP VIEW e; DROP TABLE a, b, c, d, p;

DROP TYPE mood;

DROP TABLE f; DROP TYPE mood;
