-- What is given to a column of labels is a label, and nothing of another type.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TYPE other AS ENUM ('sad', 'ok');

CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[], x text, n int);

CREATE TABLE u (id int, m mood, o other);

CREATE DOMAIN feeling AS mood;

CREATE TABLE d (id int, f feeling);

INSERT INTO d (f) VALUES ('nope');

INSERT INTO d (f) VALUES ('ok');

UPDATE d SET f = 'nope';

ALTER DOMAIN feeling SET DEFAULT 'nope';

ALTER DOMAIN feeling SET DEFAULT 'ok';

CREATE TABLE of_domain (f feeling DEFAULT 'nope');

CREATE TABLE in_parentheses (m mood DEFAULT ('nope'));

CREATE TABLE in_parentheses (m mood DEFAULT (('ok')));

INSERT INTO t (id, m) (SELECT 1, 'nope');

INSERT INTO t (id, ms[1]) VALUES (1, 'nope');

UPDATE t SET ms[1] = 'nope';

UPDATE t SET ms[1] = 'ok', ms[2:3] = '{ok,sad}';

UPDATE t SET ms = 'ok';

UPDATE t SET m = CASE m WHEN 'ok' THEN 'nope' ELSE m END;

UPDATE t SET m = CASE WHEN n > 1 THEN 'ok' ELSE 'sad' END;

UPDATE t SET m = (CASE WHEN n > 1 THEN 'ok' ELSE 'sad' END)::mood;

UPDATE t SET m = coalesce(NULL, 'ok');

UPDATE t SET m = (SELECT 'ok' LIMIT 1);

UPDATE t SET m = 'ok'::text;

UPDATE t SET ms = ARRAY['ok'];

UPDATE t SET ms = ARRAY['ok']::mood[];

INSERT INTO t (id, m) VALUES (1, CASE WHEN true THEN 'ok' END);

INSERT INTO t (id, m) SELECT 1, 'ok' UNION SELECT 2, 'sad';

INSERT INTO t (id, m) SELECT DISTINCT id, 'ok' FROM u;

INSERT INTO t (id, m) SELECT DISTINCT ON (id) id, 'ok' FROM u;

INSERT INTO t (id, m) SELECT id, 'ok' FROM (SELECT DISTINCT id FROM u) q;

INSERT INTO t (id, x) SELECT DISTINCT id, 'nope' FROM u;

INSERT INTO t (id, m) SELECT id, x FROM t WHERE x = 'ok';

INSERT INTO t (id, m) SELECT id, o FROM u WHERE o = 'ok';

INSERT INTO t (id, m) SELECT id, o::text::mood FROM u WHERE o = 'ok';

SELECT * FROM t WHERE x = 'ok' AND m = x;

SELECT * FROM t JOIN u ON t.m = u.o AND x = 'ok';

SELECT * FROM t WHERE x = 'ok' AND m::text = x;

ALTER TABLE t ALTER ms SET DEFAULT ARRAY['ok'];

ALTER TABLE t ALTER ms SET DEFAULT ARRAY['ok'::mood];

ALTER TABLE t ALTER x TYPE mood USING x;

ALTER TABLE t ALTER x TYPE mood USING CASE x WHEN 'a' THEN 'sad' ELSE 'ok' END;

ALTER TABLE t ALTER m TYPE other USING m;

ALTER TABLE t ALTER m TYPE mood USING m;

ALTER TABLE t ALTER x TYPE mood USING CASE x WHEN 'a' THEN 'sad'::mood ELSE 'ok' END;
