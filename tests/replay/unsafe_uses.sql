-- A label that a transaction adds is not for use before it ends, whatever makes a literal one.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE t (n int, m mood, ms mood[], x text);

CREATE TABLE u (m mood);

BEGIN; ALTER TYPE mood ADD VALUE 'b';

INSERT INTO t (m) VALUES ('b');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

INSERT INTO t (n, x, m) VALUES (1, 'b', 'a'), (2, 'a', DEFAULT), (3, 'c', 'b');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

UPDATE t SET x = 'b', m = 'b' WHERE n = 1;

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

DELETE FROM public.t AS z WHERE z.m = 'b';

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

SELECT * FROM t WHERE n = 1 AND m IN ('a', 'b');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

SELECT 'b'::mood;

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

SELECT CAST('{a,b}' AS mood[]), public.mood 'a';

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

SELECT ARRAY['a', 'b']::mood[];

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

CREATE INDEX ON t (n) WHERE m = 'b';

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

ALTER TABLE t ADD CONSTRAINT c CHECK (m <> 'b');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

CREATE TABLE v (m mood CHECK (m <> 'b'));

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

ALTER TABLE t ADD COLUMN k mood DEFAULT 'b';

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

CREATE VIEW w AS SELECT n FROM t WHERE m = 'b';

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b'; ALTER TYPE mood RENAME VALUE 'b' TO 'c';

INSERT INTO t (m) VALUES ('c');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

INSERT INTO t (ms) VALUES ('{a, "b"}');

ROLLBACK;

BEGIN; ALTER TYPE mood ADD VALUE 'b';

INSERT INTO t (n) VALUES (1) ON CONFLICT DO NOTHING;

UPDATE t SET x = 'b' WHERE x = 'b' AND n IN (1, 2) AND m = 'a';

SELECT x FROM t WHERE x = 'b' UNION SELECT 'b' FROM u WHERE m = 'a';

SELECT (SELECT 'b'::text WHERE x = 'b') FROM t;

CREATE TABLE b (b text DEFAULT 'b' CHECK (b <> 'b'));

COMMENT ON TYPE mood IS 'b';

CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 'b'::mood; END $$;

COMMIT;

INSERT INTO t (m) VALUES ('b');

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'd';
  INSERT INTO t (m) VALUES ('d');
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'd';
  UPDATE t SET m = 'd';
EXCEPTION WHEN unsafe_new_enum_value_usage THEN
  ALTER TYPE mood ADD VALUE 'e';
END $$;

BEGIN; SAVEPOINT s; CREATE TYPE sub AS ENUM ('a'); RELEASE s; ALTER TYPE sub ADD VALUE 'b';

SELECT 'b'::sub;

ROLLBACK;

BEGIN; DO $$ BEGIN CREATE TYPE sub AS ENUM ('a'); EXCEPTION WHEN others THEN NULL; END $$; ALTER TYPE sub ADD VALUE 'b';

CREATE TABLE subs (s sub DEFAULT 'b');

ROLLBACK;
