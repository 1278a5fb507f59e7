-- Keywords that are names where they stand.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE t (n int, values int, exclude int, m mood);

WITH values AS (SELECT 1 AS n) SELECT n FROM values;

DO $$ BEGIN
  PERFORM 1 FROM (WITH values AS (SELECT 1) SELECT * FROM values) q;
  WITH update (n) AS (SELECT 1), delete AS (SELECT 2 AS n)
    INSERT INTO t (n, values) SELECT update.n, delete.n FROM update, delete;
  ALTER TYPE mood ADD VALUE 'b';
END $$;

DO $$
DECLARE insert text;
BEGIN
  WITH merge AS (SELECT 'c'::text AS label) SELECT label INTO insert FROM merge;
  EXECUTE format('ALTER TYPE mood ADD VALUE %L', 'c');
END $$;

CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ WITH values AS (SELECT 1 AS a) SELECT a FROM values $$;

CREATE FUNCTION g() RETURNS TABLE (like int, left mood) LANGUAGE sql AS $$ SELECT 1, 'a'::mood $$;

DROP TYPE mood;

CREATE TABLE u (n int, exclude mood);

ALTER TABLE t DROP COLUMN m;

DROP FUNCTION g();

DROP TYPE mood;

ALTER TABLE u DROP COLUMN exclude;

DROP TYPE mood;
