-- DECLARE may stand again where a declaration may.
CREATE TYPE mood AS ENUM ('a');

DO $$
DECLARE first text;
DECLARE second text := 'b';
DECLARE DECLARE
  third text;
BEGIN
  DECLARE inner_one text; DECLARE inner_two text;
  BEGIN
    EXECUTE format('ALTER TYPE mood ADD VALUE %L', second);
  END;
END $$;

DO $$ DECLARE BEGIN ALTER TYPE mood ADD VALUE 'c'; END $$;

CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
DECLARE a int; DECLARE b int; BEGIN RETURN 1; END $$;

SELECT f();
