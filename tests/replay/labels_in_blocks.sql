-- The expressions of a block are read when they are reached.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (n int, m mood, x text);

DO $$ BEGIN ALTER TYPE mood ADD VALUE 'c'; IF EXISTS (SELECT 1 FROM t WHERE m = 'c') THEN NULL; END IF; END $$;

DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE m = 'nope') THEN NULL; END IF; END $$;

DO $$ BEGIN IF true THEN NULL; ELSIF EXISTS (SELECT 1 FROM t WHERE m = 'nope') THEN NULL; END IF; END $$;

DO $$ BEGIN IF false THEN NULL; ELSIF EXISTS (SELECT 1 FROM t WHERE m = 'nope') THEN NULL; END IF; END $$;

DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM t WHERE m = 'nope') LOOP EXIT; END LOOP; END $$;

DO $$ DECLARE n int; BEGIN n := (SELECT count(*) FROM t WHERE m = 'nope'); END $$;

DO $$ DECLARE k int; BEGIN SELECT count(*) INTO k FROM t WHERE m IN ('a', 'nope'); END $$;

DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM t WHERE m = 'nope' LOOP NULL; END LOOP; END $$;

DO $$ DECLARE k int := (SELECT count(*) FROM t WHERE m = 'nope'); BEGIN NULL; END $$;

DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM t WHERE m = 'nope'); END $$;

DO $$ DECLARE v mood; BEGIN v := 'nope'; END $$;

DO $$ DECLARE v mood; BEGIN v := 'b'; v := NULL; END $$;

DO $$ DECLARE v text; BEGIN v := 'nope'; v := 5; IF v = '5' THEN ALTER TYPE mood ADD VALUE '5'; END IF; END $$;

DO $$ DECLARE v mood; BEGIN DECLARE v text; BEGIN v := 'nope'; END; ALTER TYPE mood ADD VALUE 'd'; END $$;

DO $$ DECLARE v mood; BEGIN ALTER TYPE mood ADD VALUE 'e'; v := 'e'; END $$;

DO $$ DECLARE k mood; BEGIN k := 'nope'; EXCEPTION WHEN invalid_text_representation THEN ALTER TYPE mood ADD VALUE 'f'; END $$;

DO $$ DECLARE l text := 'nope'; BEGIN PERFORM 1 FROM t WHERE x = l OR m::text = l; END $$;

DO $$
#variable_conflict use_variable
DECLARE m text := 'nope'; BEGIN PERFORM 1 FROM t WHERE x = m AND m = 'nope'; END $$;
