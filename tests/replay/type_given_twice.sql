-- A column gets another type once in a statement: the second time, it must still have the one that it began with.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE other AS ENUM ('a');

CREATE TABLE t (c int, d mood, e varchar(3));

ALTER TABLE t ALTER c TYPE text USING NULL, ALTER c TYPE text USING NULL;

ALTER TABLE t ALTER c TYPE int USING NULL, ALTER c TYPE text USING NULL;

ALTER TABLE t ALTER e TYPE varchar(5), ALTER e TYPE varchar(7);

ALTER TABLE t ALTER e TYPE varchar(3), ALTER e TYPE varchar(7);

ALTER TABLE t ALTER e TYPE text, ALTER e TYPE varchar(7);

ALTER TABLE t ADD n int, ALTER n TYPE text;

ALTER TABLE t ALTER d TYPE text, ALTER d TYPE mood USING d::mood;

ALTER TABLE t ALTER d TYPE mood USING d::text::mood, ALTER d TYPE text;

ALTER TABLE t DROP COLUMN d, ALTER d TYPE text;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('a', 'b');

CREATE TABLE g (a mood DEFAULT 'a');

ALTER TABLE g ALTER a TYPE text, ALTER a TYPE text;

ALTER TABLE g ALTER a DROP DEFAULT, ALTER a TYPE text USING a::text, ALTER a TYPE other USING a::text::other, ALTER a SET DEFAULT 'a';

CREATE TABLE p (x int); CREATE TABLE k () INHERITS (p);

ALTER TABLE p ALTER x TYPE text USING NULL, ALTER x TYPE text USING NULL;

ALTER TABLE p ALTER x TYPE int USING NULL, ALTER x TYPE text USING NULL;

CREATE TYPE pair AS (a int, b mood);

ALTER TYPE pair ALTER ATTRIBUTE a TYPE text, ALTER ATTRIBUTE a TYPE int;

ALTER TYPE pair ALTER ATTRIBUTE b TYPE text, ALTER ATTRIBUTE b TYPE text;

CREATE TABLE tv (c int); CREATE VIEW v AS SELECT c FROM tv;

ALTER TABLE tv ALTER c TYPE text USING NULL, ALTER c TYPE text USING NULL;

DO $$ BEGIN ALTER TABLE g ALTER a TYPE text, ALTER a TYPE text; EXCEPTION WHEN feature_not_supported THEN CREATE TYPE handled AS ENUM ('a'); END $$;
