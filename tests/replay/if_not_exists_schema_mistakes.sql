-- The classic mistakes of a guard: another schema's type, another case.
CREATE SCHEMA other;

CREATE TYPE other.mood AS ENUM ('x');

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('never'); END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'OrderStatus') THEN CREATE TYPE OrderStatus AS ENUM ('a'); END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'OrderStatus') THEN CREATE TYPE OrderStatus AS ENUM ('a'); END IF;
END $$;

CREATE TYPE mood AS ENUM ('y');

DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'x' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'mood')) THEN NULL; END IF;
END $$;

DO $$
DECLARE v oid;
BEGIN
  v := (SELECT oid FROM pg_type WHERE typname = 'mood');
EXCEPTION WHEN cardinality_violation THEN
  ALTER TYPE mood ADD VALUE 'two';
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood' AND e.enumlabel = 'x') THEN
    ALTER TYPE mood ADD VALUE 'x';
  END IF;
  IF EXISTS (SELECT 1 FROM pg_type t WHERE t.typname = 'mood' AND t.typnamespace = to_regnamespace('other')) THEN
    ALTER TYPE other.mood ADD VALUE 'z';
  END IF;
END $$;

SET search_path = other;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'in other';
  IF to_regtype('orderstatus') IS NULL THEN CREATE TYPE orderstatus AS ENUM ('b'); END IF;
  IF to_regtype('public.orderstatus')::text = 'public.orderstatus' THEN ALTER TYPE public.orderstatus ADD VALUE 'q'; END IF;
END $$;
