-- Lists of labels that are put together first.
DO $$
DECLARE
  wanted text[] := ARRAY['a', 'b'];
  more text[];
  missing text[];
  l text;
BEGIN
  wanted := array_append(wanted, 'c');
  wanted := wanted || ARRAY['d'];
  wanted := wanted || 'e'::text;
  more := '{f,g}';
  wanted := array_cat(wanted, more);
  wanted := array_remove(wanted, 'g');
  EXECUTE 'CREATE TYPE mood AS ENUM (' || (SELECT string_agg(quote_literal(x), ', ') FROM unnest(wanted) x) || ')';
  SELECT array_agg(w) INTO missing FROM unnest(ARRAY['a', 'y', 'z']) AS w
    WHERE NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = w);
  FOREACH l IN ARRAY missing LOOP
    EXECUTE format('ALTER TYPE mood ADD VALUE %L', l);
  END LOOP;
  IF array_position(missing, 'z') = 2 AND cardinality(missing) = 2 AND 'y' = ANY (missing) THEN
    ALTER TYPE mood ADD VALUE 'done';
  END IF;
END $$;

DO $$
DECLARE a text[] := ARRAY['x'];
BEGIN
  a := a || 'y';
END $$;

DO $$
DECLARE label text;
BEGIN
  FOR label IN SELECT unnest(string_to_array('p q', ' ')) LOOP
    EXECUTE 'ALTER TYPE mood ADD VALUE IF NOT EXISTS ' || quote_literal(upper(label));
  END LOOP;
  FOR label IN SELECT x FROM unnest('{r,"s t"}'::text[]) WITH ORDINALITY AS u(x, n) ORDER BY n DESC LOOP
    EXECUTE 'ALTER TYPE mood ADD VALUE ' || quote_nullable(trim(label));
  END LOOP;
  FOR label IN EXECUTE 'SELECT unnest(ARRAY[''u'', $1])' USING 'v' LOOP
    EXECUTE format('ALTER TYPE mood ADD VALUE %L', label);
  END LOOP;
  FOR i IN 1..2 LOOP
    FOR label IN VALUES ('w'), ('x') LOOP
      EXECUTE format('ALTER TYPE mood ADD VALUE IF NOT EXISTS %L', label || i::text);
    END LOOP;
  END LOOP;
END $$;
