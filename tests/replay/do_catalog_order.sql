-- Labels in the order in which they are asked for.
CREATE TYPE mood AS ENUM ('b', 'c', 'a');

ALTER TYPE mood ADD VALUE 'd' BEFORE 'c';

DO $$ BEGIN
  EXECUTE format('CREATE TYPE sorted AS ENUM (%s)', (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumlabel) FROM pg_enum WHERE enumtypid = 'mood'::regtype));
  EXECUTE format('CREATE TYPE same AS ENUM (%s)', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood'));
  EXECUTE format('CREATE TYPE backward AS ENUM (%s)', (SELECT string_agg(quote_literal(l), ', ') FROM (SELECT enumlabel AS l FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder DESC) x));
END $$;

DO $$ BEGIN
  EXECUTE format('CREATE TYPE ranged AS ENUM (%s)', (SELECT string_agg(quote_literal(l::text), ', ') FROM unnest(enum_range(NULL::mood)) AS l WHERE l::text <> 'd'));
END $$;
