-- Text that only looks like a statement.
CREATE TYPE mood AS ENUM ('DROP TYPE mood;', 'CREATE TYPE x AS ENUM (''y'');');

SELECT 'CREATE TYPE ghost AS ENUM (''a'');';

SELECT $$; DROP TYPE mood; $$, $x$ $$; DROP TYPE mood; $$ $x$, E'\'; DROP TYPE mood; --';

SELECT 1 AS "; DROP TYPE mood; --";

CREATE TABLE notes (body text DEFAULT 'ALTER TYPE mood ADD VALUE ''n''', "create type" text);

INSERT INTO notes (body) VALUES ('DROP TYPE mood;'), ($$ALTER TYPE mood RENAME TO sad;$$);

COMMENT ON TABLE notes IS 'DROP TYPE mood;';

DO $$ BEGIN
  -- DROP TYPE mood;
  RAISE NOTICE 'DROP TYPE mood; %', $q$ DROP TYPE mood; $q$;
  PERFORM 'DROP TYPE mood;';
  /* EXECUTE 'DROP TYPE mood'; */
END $$;

CREATE FUNCTION never_called() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP TYPE mood'; END $f$;

CREATE TABLE type (mood int, "enum" text);

ALTER TABLE type ADD COLUMN schema text;

SELECT 1 /* ; DROP TYPE mood; */ + 1 -- ; DROP TYPE mood;
;

PREPARE q AS SELECT 'DROP TYPE mood';

EXECUTE q;

SELECT a$b$c FROM (SELECT 1 AS a$b$c) x;

SELECT 1 AS ﬁ, '“”' AS "„";

EXPLAIN SELECT 1;
