-- Dynamic SQL.
DO $do$ BEGIN
  EXECUTE 'CREATE TYPE mood AS ENUM (''a'', ''b'')';
  EXECUTE $q$ALTER TYPE mood ADD VALUE 'c'$q$;
  EXECUTE format('ALTER TYPE %I.%I ADD VALUE %L', 'public', 'mood', 'd''d');
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', '"Mood"', array_to_string(ARRAY['''x''', '''y'''], ', '));
  EXECUTE format('ALTER TYPE %2$I RENAME VALUE %1$L TO %3$L', 'x', 'Mood', 'X');
  EXECUTE 'ALTER TYPE ' || quote_ident('Mood') || ' ADD VALUE ' || quote_literal('it''s');
  EXECUTE concat('ALTER TYPE mood ADD VALUE ', quote_literal('e'), ' BEFORE ', quote_literal('a'));
  EXECUTE 'CREATE SCHEMA s; CREATE TYPE s.t AS ENUM (''1''); ALTER TYPE s.t ADD VALUE ''2''';
  EXECUTE format('ALTER TYPE %I SET SCHEMA %I', 'Mood', 's');
  EXECUTE format($f$DO $d$ BEGIN ALTER TYPE mood ADD VALUE %L; END $d$$f$, 'nested');
END $do$;

DO $$
DECLARE
  t CONSTANT text := 'mood';
  l varchar(10) DEFAULT 'f';
  s text = 'public';
  q text;
BEGIN
  q := format('ALTER TYPE %I.%I ADD VALUE %L', s, t, l);
  EXECUTE q;
  q = replace(q, '''f''', '''g''');
  EXECUTE q;
  SELECT 'ALTER TYPE mood ADD VALUE ' || quote_literal('h') INTO q;
  EXECUTE q;
  EXECUTE 'SELECT 1 FROM pg_type WHERE typname = $1' INTO q USING t;
  IF q IS NOT NULL THEN ALTER TYPE mood ADD VALUE 'used'; END IF;
  EXECUTE 'SELECT count(*) FROM pg_enum WHERE enumtypid = ''s.t''::regtype' INTO q;
  IF q = '2' THEN ALTER TYPE mood ADD VALUE 'two'; END IF;
END $$;

DO $$
DECLARE q text;
BEGIN
  EXECUTE q;
END $$;

DO $$ BEGIN
  EXECUTE 'ALTER TYPE mood ADD VALUE ' || quote_literal(NULL);
END $$;

DO $$ BEGIN
  EXECUTE 'ALTER TYPE mood ADD VALUE ''a''';
END $$;

DO $$ BEGIN
  EXECUTE format('CREATE TYPE %I AS ENUM (%L)', 'select', 'x');
END $$;

DO $$ BEGIN
  EXECUTE format('CREATE TYPE %I AS ENUM (%s)', 'joined', (SELECT string_agg(quote_literal(v), ', ') FROM unnest(ARRAY['p', 'q']) AS v));
  EXECUTE 'CREATE TYPE copied AS ENUM (' || (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'joined'::regtype) || ')';
END $$;
