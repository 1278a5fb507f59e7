-- Handlers.
CREATE TYPE mood AS ENUM ('a');

DO $$ BEGIN
  CREATE TYPE mood AS ENUM ('b');
EXCEPTION WHEN duplicate_object THEN
  ALTER TYPE mood ADD VALUE 'b';
END $$;

DO $$ BEGIN
  CREATE TYPE other AS ENUM ('x');
  CREATE TYPE mood AS ENUM ('b');
EXCEPTION
  WHEN undefined_object THEN NULL;
  WHEN SQLSTATE '42710' OR unique_violation THEN RAISE NOTICE 'there: %', SQLERRM;
END $$;

DO $$ BEGIN
  ALTER TYPE other ADD VALUE 'y';
EXCEPTION WHEN undefined_object OR undefined_table THEN
  CREATE TYPE other AS ENUM ('y');
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'c';
  BEGIN
    ALTER TYPE mood ADD VALUE 'd';
    ALTER TYPE mood ADD VALUE 'a';
  EXCEPTION WHEN OTHERS THEN
    ALTER TYPE mood ADD VALUE 'e';
  END;
  ALTER TYPE mood ADD VALUE 'f';
END $$;

DO $$ BEGIN
  CREATE TYPE mood AS ENUM ();
EXCEPTION WHEN duplicate_table THEN NULL;
END $$;

DO $$ BEGIN
  CREATE TYPE mood AS ENUM ();
EXCEPTION WHEN OTHERS THEN RAISE;
END $$;

DO $$ BEGIN
  CREATE TYPE mood AS ENUM ();
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE = '42710' THEN ALTER TYPE mood ADD VALUE 'g'; ELSE RAISE; END IF;
END $$;

DO $$ BEGIN
  RAISE EXCEPTION 'no %', 'way' USING ERRCODE = 'duplicate_object';
EXCEPTION WHEN duplicate_object THEN ALTER TYPE mood ADD VALUE 'h';
END $$;

DO $$ BEGIN
  RAISE EXCEPTION 'custom' USING ERRCODE = 'AB123';
END $$;

DO $$ BEGIN
  RAISE EXCEPTION USING MESSAGE = 'x';
EXCEPTION WHEN raise_exception THEN ALTER TYPE mood ADD VALUE 'i';
END $$;

DO $$ BEGIN
  RAISE unique_violation USING MESSAGE = 'x';
EXCEPTION WHEN integrity_constraint_violation THEN ALTER TYPE mood ADD VALUE 'j';
END $$;

DO $$ BEGIN
  RAISE SQLSTATE '22012';
EXCEPTION WHEN division_by_zero THEN ALTER TYPE mood ADD VALUE 'k';
END $$;

DO $$
DECLARE v oid;
BEGIN
  SELECT oid INTO STRICT v FROM pg_type WHERE typname = 'gone';
EXCEPTION WHEN no_data_found THEN CREATE TYPE gone AS ENUM ('was missing');
END $$;

DO $$
DECLARE v text;
BEGIN
  SELECT enumlabel INTO STRICT v FROM pg_enum WHERE enumtypid = 'mood'::regtype;
EXCEPTION WHEN too_many_rows THEN ALTER TYPE mood ADD VALUE 'l';
END $$;

DO $$
DECLARE v text;
BEGIN
  SELECT enumlabel INTO STRICT v FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = 'nothing';
END $$;

DO $$ BEGIN
  PERFORM 'zzz'::mood;
EXCEPTION WHEN invalid_text_representation THEN ALTER TYPE mood ADD VALUE 'zzz';
END $$;

DO $$ BEGIN
  DROP TYPE nothing;
EXCEPTION WHEN undefined_object THEN BEGIN
  DROP SCHEMA nothing;
EXCEPTION WHEN invalid_schema_name THEN ALTER TYPE mood ADD VALUE 'deep';
END; END $$;

DO $$ BEGIN
  ASSERT 1 = 2, 'no';
EXCEPTION WHEN OTHERS THEN DROP TYPE mood;
END $$;

DO $$
DECLARE code text;
BEGIN
  CREATE TYPE mood AS ENUM ();
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE;
  RAISE NOTICE '%', code;
END $$;

BEGIN;

DO $$ BEGIN
  SET LOCAL search_path = nowhere;
  CREATE TYPE never AS ENUM ();
EXCEPTION WHEN invalid_schema_name THEN
  CREATE TYPE path_is_back AS ENUM ();
END $$;

COMMIT;
