-- Is the label there?
CREATE TYPE mood AS ENUM ('a', 'b');

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'c' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'mood')) THEN
    ALTER TYPE mood ADD VALUE 'c';
  END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON e.enumtypid = t.oid WHERE t.typname = 'mood' AND e.enumlabel = 'c') THEN
    ALTER TYPE mood ADD VALUE 'never';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                 WHERE n.nspname = 'public' AND t.typname = 'mood' AND e.enumlabel = 'd') THEN
    ALTER TYPE mood ADD VALUE 'd' BEFORE 'a';
  END IF;
END $$;

DO $$ BEGIN
  IF 'e' = ANY (enum_range(NULL::mood)::text[]) THEN DROP TYPE mood; ELSE ALTER TYPE mood ADD VALUE 'e'; END IF;
END $$;

DO $$ BEGIN
  IF NOT ('f' = ANY (ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype))) THEN ALTER TYPE mood ADD VALUE 'f'; END IF;
  IF 'g' NOT IN (SELECT enumlabel FROM pg_enum WHERE enumtypid = 'public.mood'::regtype::oid) THEN ALTER TYPE mood ADD VALUE 'g'; END IF;
  IF NOT 'g' IN (SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = to_regtype('mood')) THEN ALTER TYPE mood ADD VALUE 'never'; END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM unnest(enum_range(NULL::mood)) AS v WHERE v::text = 'h') THEN ALTER TYPE mood ADD VALUE 'h'; END IF;
  IF NOT EXISTS (SELECT 1 FROM unnest(enum_range(NULL::public.mood)::text[]) v(label) WHERE v.label = 'h') THEN ALTER TYPE mood ADD VALUE 'never'; END IF;
END $$;

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel IN ('a', 'z')) < 2 THEN ALTER TYPE mood ADD VALUE 'z'; END IF;
  IF (SELECT COUNT(*) FROM pg_enum WHERE enumtypid = 'mood'::regtype) = 9 THEN ALTER TYPE mood RENAME VALUE 'z' TO 'nine'; END IF;
  IF array_length(enum_range(NULL::mood), 1) >= 9 THEN ALTER TYPE mood ADD VALUE 'long'; END IF;
END $$;

DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'nine' AND enumtypid = ANY (ARRAY['mood'::regtype]::oid[])) THEN
    ALTER TYPE mood RENAME VALUE 'nine' TO 'ten';
  END IF;
  IF EXISTS (SELECT unnest(enum_range(NULL::mood)) INTERSECT SELECT 'ten'::mood) THEN NULL; END IF;
END $$;

DO $$ BEGIN
  IF ARRAY['a', 'b']::text[] <@ enum_range(NULL::mood)::text[] THEN NULL; END IF;
  IF (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'mood'::regtype) = ARRAY['d','a','b','c','e','f','g','h','ten','long'] THEN
    ALTER TYPE mood ADD VALUE 'ordered';
  END IF;
  IF enum_first(NULL::mood)::text = 'd' AND enum_last(NULL::mood)::text = 'ordered' THEN ALTER TYPE mood ADD VALUE 'last'; END IF;
END $$;
