-- A table with the columns of a query keeps their types.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE p (id int, m mood);

CREATE TABLE q AS SELECT * FROM p;

DROP TABLE p;

DROP TYPE mood;

ALTER TABLE q DROP COLUMN m;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('a');

CREATE TABLE r AS SELECT 1 AS id, 'a'::mood AS now, ARRAY[]::mood[] AS before;

DROP TYPE mood;

ALTER TABLE r DROP COLUMN now;

DROP TYPE mood;

DROP TABLE r;

DROP TYPE mood;

CREATE TABLE twice AS SELECT 1 AS a, 2 AS a;

CREATE VIEW twice AS SELECT 1 AS a, 2 AS a;

CREATE VIEW twice (a, b) AS SELECT 1 AS a, 2 AS a;
