-- What a handler knows of the error, and blocks in which nothing but what is followed can fail.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE t (n int);

DO $$ DECLARE code text; said text; BEGIN
  ALTER TYPE mood ADD VALUE 'a';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said := MESSAGE_TEXT;
  IF code = '42710' AND said LIKE '%already exists%' THEN ALTER TYPE mood ADD VALUE 'b'; END IF;
END $$;

DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(1);
  ALTER TYPE mood ADD VALUE 'c';
  PERFORM 1 FROM pg_type WHERE typname = 'mood';
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no: %', SQLERRM;
END $$;

DO $$ BEGIN
  CREATE TYPE size AS ENUM ('s');
  CREATE TABLE u (id int PRIMARY KEY, size size);
  ALTER TABLE t ADD COLUMN IF NOT EXISTS size size;
EXCEPTION WHEN duplicate_object THEN NULL; WHEN OTHERS THEN NULL;
END $$;

DO $$ BEGIN
  CREATE TYPE shape AS ENUM ('s');
  ALTER TABLE t ADD COLUMN shape shape;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'd';
  INSERT INTO t (n) VALUES (1);
EXCEPTION WHEN OTHERS THEN RAISE EXCEPTION 'no: %', SQLERRM;
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'e';
  BEGIN
    ALTER TABLE missing_table ADD COLUMN a int;
  EXCEPTION WHEN undefined_table THEN NULL;
  END;
  ALTER TYPE mood ADD VALUE 'f';
END $$;

DO $$
DECLARE c CURSOR FOR SELECT n FROM t; x int; r record;
BEGIN
  OPEN c; FETCH c INTO x; MOVE NEXT FROM c; CLOSE c;
  FOR r IN SELECT n FROM t LOOP
    INSERT INTO t (n) VALUES (r.n); DELETE FROM t WHERE n = r.n;
    EXECUTE format('UPDATE t SET n = %s', r.n);
    PERFORM pg_notify('x', 'y'); PERFORM length('x');
    BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN raise_exception THEN RAISE WARNING '%', SQLERRM; END;
  END LOOP;
  ALTER TYPE mood ADD VALUE 'g';
END $$;
