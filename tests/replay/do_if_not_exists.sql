-- Is the type there?
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
    CREATE TYPE mood AS ENUM ('a');
  END IF;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
        CREATE TYPE mood AS ENUM ('never');
    ELSE
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'b';
    END IF;
END
$$ LANGUAGE plpgsql;

DO LANGUAGE plpgsql $body$ BEGIN
  IF EXISTS (SELECT * FROM pg_catalog.pg_type t INNER JOIN pg_catalog.pg_namespace n ON (n.oid = t.typnamespace)
             WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') THEN
    ALTER TYPE public.mood ADD VALUE 'c';
  END IF;
END $body$;

DO 'BEGIN IF to_regtype(''public.mood'') IS NOT NULL THEN ALTER TYPE mood ADD VALUE ''d''; END IF; END';

DO $$ BEGIN
  IF to_regtype('nowhere.mood') IS NULL AND to_regtype('moody') IS NULL THEN CREATE TYPE moody AS ENUM ('x'); END IF;
END $$;

DO $$ BEGIN
  IF (SELECT to_regtype('moody')) IS NULL THEN DROP TYPE mood; END IF;
  IF NOT (SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'nomood')) THEN CREATE TYPE nomood AS ENUM (); END IF;
END $$;

DO $$ BEGIN
  IF (SELECT count(*) FROM pg_type WHERE typname IN ('mood', 'moody', 'nomood')) = 3 THEN
    ALTER TYPE nomood ADD VALUE 'three';
  END IF;
  IF (SELECT 1 FROM pg_type WHERE typname = 'gone') IS NULL THEN ALTER TYPE nomood ADD VALUE 'null'; END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = lower('MOOD') AND typnamespace = 'public'::regnamespace) THEN
    DROP TYPE mood;
  ELSIF EXISTS (SELECT FROM pg_type WHERE typname::text = 'moody' AND typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())) THEN
    ALTER TYPE moody ADD VALUE 'y';
  ELSE
    DROP TYPE nomood;
  END IF;
END $$;

DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_type WHERE typname = 'moody' AND pg_type_is_visible(oid)) THEN
    ALTER TYPE moody ADD VALUE 'z';
  END IF;
  IF 'moody'::regtype IS NOT NULL THEN ALTER TYPE moody ADD VALUE 'zz'; END IF;
  IF 'gone'::regtype IS NULL THEN ALTER TYPE moody ADD VALUE 'never'; END IF;
END $$;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM information_schema.schemata WHERE schema_name = 'app') THEN CREATE SCHEMA app; END IF;
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'app') THEN CREATE TYPE app.mood AS ENUM ('x'); END IF;
  IF NOT EXISTS (SELECT FROM pg_type t, pg_namespace n WHERE t.typnamespace = n.oid AND nspname = 'app' AND typname = 'moody') THEN
    ALTER TYPE moody SET SCHEMA app;
  END IF;
  IF to_regnamespace('app') IS NOT NULL THEN ALTER TYPE app.moody ADD VALUE 'in app'; END IF;
  IF (SELECT typname FROM pg_type WHERE typname = 'moody') = 'moody' THEN ALTER TYPE app.mood ADD VALUE 'found'; END IF;
END $$;
