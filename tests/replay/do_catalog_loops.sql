-- DDL made from the catalogs.
CREATE TYPE a AS ENUM ('1');

CREATE TYPE b AS ENUM ('1');

CREATE TYPE "C d" AS ENUM ('1');

CREATE SCHEMA app;

CREATE TYPE app.e AS ENUM ('1');

CREATE TABLE t (a a);

DO $$
DECLARE r RECORD;
BEGIN
  FOR r IN SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = 'app'::regnamespace LOOP
    EXECUTE 'ALTER TYPE app.' || quote_ident(r.typname) || ' ADD VALUE ''2''';
  END LOOP;
  FOR r IN (SELECT t.typname, n.nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND n.nspname = 'public' ORDER BY 1) LOOP
    EXECUTE format('ALTER TYPE %I.%I ADD VALUE %L', r.nspname, r.typname, '2');
  END LOOP;
END $$;

DO $$
DECLARE r RECORD;
BEGIN
  FOR r IN SELECT DISTINCT t.oid::regtype AS name FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE e.enumlabel = '2' LOOP
    EXECUTE format('ALTER TYPE %s RENAME VALUE ''2'' TO ''two''', r.name);
  END LOOP;
END $$;

DO $$
DECLARE r RECORD;
BEGIN
  FOR r IN SELECT n.nspname AS schema, t.typname AS type FROM pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
           WHERE (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))
             AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid)
             AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_' LOOP
    EXECUTE format('ALTER TYPE %I.%I ADD VALUE %L', r.schema, r.type, '3');
  END LOOP;
END $$;

DO $$
DECLARE r RECORD;
BEGIN
  FOR r IN SELECT typname FROM pg_type WHERE typtype = 'e' AND typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) LOOP
    EXECUTE 'DROP TYPE IF EXISTS ' || quote_ident(r.typname) || ' CASCADE';
  END LOOP;
END $$;

CREATE TYPE a AS ENUM ('new');
