-- CASE, RETURN, labels, FOUND, nested blocks.
CREATE TYPE mood AS ENUM ('a');

DO $$
DECLARE n int := 2;
BEGIN
  CASE n WHEN 1 THEN DROP TYPE mood; WHEN 2, 3 THEN ALTER TYPE mood ADD VALUE 'b'; ELSE DROP TYPE mood; END CASE;
  CASE WHEN n > 5 THEN DROP TYPE mood; WHEN n = 2 THEN ALTER TYPE mood ADD VALUE 'c'; END CASE;
END $$;

DO $$ BEGIN
  CASE 1 WHEN 2 THEN NULL; END CASE;
END $$;

DO $$ BEGIN
  CASE 1 WHEN 2 THEN NULL; END CASE;
EXCEPTION WHEN case_not_found THEN ALTER TYPE mood ADD VALUE 'case';
END $$;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN RETURN; END IF;
  DROP TYPE mood;
END $$;

DO $$ BEGIN
  PERFORM 1 FROM pg_type WHERE typname = 'mood';
  IF FOUND THEN ALTER TYPE mood ADD VALUE 'found'; END IF;
  PERFORM 1 FROM pg_type WHERE typname = 'gone';
  IF NOT FOUND THEN CREATE TYPE gone AS ENUM ('made'); END IF;
END $$;

DO $$
DECLARE v record; n bigint; there boolean;
BEGIN
  SELECT * INTO v FROM pg_type WHERE typname = 'gone';
  IF NOT FOUND THEN DROP TYPE gone; END IF;
  IF v.typname = 'gone' THEN ALTER TYPE gone ADD VALUE 'record'; END IF;
  SELECT count(*) INTO n FROM pg_enum WHERE enumtypid = v.oid;
  IF n = 2 THEN ALTER TYPE gone ADD VALUE 'third'; END IF;
  SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'nope') INTO there;
  IF NOT there THEN ALTER TYPE gone ADD VALUE 'fourth'; END IF;
  there := EXISTS (SELECT 1 FROM pg_type WHERE typname = 'gone');
  IF there THEN ALTER TYPE gone ADD VALUE 'fifth'; END IF;
END $$;

DO $$
<<b>>
DECLARE x text := 'outer';
BEGIN
  <<c>>
  DECLARE x text := 'inner';
  BEGIN
    IF x = 'inner' THEN ALTER TYPE mood ADD VALUE 'labels'; END IF;
    EXIT b WHEN x = 'inner';
    DROP TYPE mood;
  END c;
  DROP TYPE mood;
END b $$;

DO $$ BEGIN
  EXECUTE 'SELECT 1';
  IF FOUND THEN DROP TYPE mood; END IF;
  FOR i IN 1..2 LOOP NULL; END LOOP;
  IF FOUND THEN ALTER TYPE mood ADD VALUE 'looped'; END IF;
END $$;

DO $$ DECLARE t mood := 'a'; BEGIN
  NULL;
END $$;

DO $$
DECLARE n int;
BEGIN
  CREATE TYPE counted AS ENUM ('x');
  GET DIAGNOSTICS n = ROW_COUNT;
  RAISE NOTICE 'rows: %', n;
  RAISE WARNING 'odd';
  RAISE LOG 'odd';
END $$;

-- A variable that is called like a column is ambiguous.
DO $$
DECLARE typname text := 'mood';
BEGIN
  IF EXISTS (SELECT 1 FROM pg_type t WHERE t.typname = typname) THEN DROP TYPE mood; END IF;
END $$;
