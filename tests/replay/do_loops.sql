-- Loops over labels.
CREATE TYPE mood AS ENUM ('a');

DO $$
DECLARE
  l text;
BEGIN
  FOREACH l IN ARRAY ARRAY['b', 'c''c'] LOOP
    EXECUTE format('ALTER TYPE mood ADD VALUE IF NOT EXISTS %L', l);
  END LOOP;
END $$;

DO $$
DECLARE
  labels text[] := '{d,"e f"}';
  i int;
BEGIN
  FOR i IN 1..array_length(labels, 1) LOOP
    EXECUTE 'ALTER TYPE mood ADD VALUE ' || quote_literal(labels[i]);
  END LOOP;
END $$;

DO $$
DECLARE r record;
BEGIN
  FOR r IN SELECT * FROM (VALUES ('g', 'a'), ('h', 'g')) AS v(label, anchor) LOOP
    EXECUTE format('ALTER TYPE %I ADD VALUE %L AFTER %L', 'mood', r.label, r.anchor);
  END LOOP;
END $$;

DO $$
DECLARE v text;
BEGIN
  FOR v IN SELECT unnest(ARRAY['i', 'j']) LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = v) THEN
      EXECUTE format('ALTER TYPE mood ADD VALUE %1$L', v);
    END IF;
  END LOOP;
END $$;

DO $$
DECLARE v text;
BEGIN
  FOR v IN SELECT unnest(enum_range(NULL::mood))::text LOOP
    IF v = 'h' THEN ALTER TYPE mood RENAME VALUE 'h' TO 'H'; END IF;
  END LOOP;
  FOR v IN (SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder DESC) LOOP
    EXECUTE format('ALTER TYPE mood ADD VALUE %L', v || '2');
    EXIT WHEN v = 'i';
  END LOOP;
END $$;

DO $$
DECLARE n int := 0;
BEGIN
  WHILE n < 3 LOOP
    n := n + 1;
    CONTINUE WHEN n = 2;
    EXECUTE 'ALTER TYPE mood ADD VALUE ''n' || n || '''';
  END LOOP;
  LOOP
    n := n - 1;
    EXIT WHEN n = 0;
  END LOOP;
  <<outer>>
  FOR i IN 1..3 LOOP
    FOR j IN 1..3 LOOP
      CONTINUE outer WHEN j = i;
      EXIT outer WHEN i = 3;
      EXECUTE format('ALTER TYPE mood ADD VALUE %L', i || '/' || j);
    END LOOP;
  END LOOP;
END $$;

DO $$ BEGIN
  FOR i IN REVERSE 3..1 LOOP EXECUTE format('ALTER TYPE mood ADD VALUE %L', 'r' || i); END LOOP;
  FOR i IN 1..5 BY 2 LOOP EXECUTE format('ALTER TYPE mood ADD VALUE %L', 's' || i); END LOOP;
  FOR i IN 2..1 LOOP DROP TYPE mood; END LOOP;
  IF FOUND THEN DROP TYPE mood; END IF;
END $$;

DO $$
DECLARE e text; empty text[] := ARRAY[]::text[];
BEGIN
  FOREACH e IN ARRAY empty LOOP DROP TYPE mood; END LOOP;
  FOR i IN 1..coalesce(array_length(empty, 1), 0) LOOP DROP TYPE mood; END LOOP;
  FOREACH e IN ARRAY string_to_array('x,y', ',') LOOP EXECUTE 'ALTER TYPE mood ADD VALUE ''' || e || ''''; END LOOP;
  FOR e IN SELECT v FROM (VALUES ('z')) t(v) UNION ALL SELECT 'zz' LOOP EXECUTE 'ALTER TYPE mood ADD VALUE ' || quote_literal(e); END LOOP;
END $$;

DO $$
DECLARE empty text[];
BEGIN
  FOR i IN 1..array_length(empty, 1) LOOP DROP TYPE mood; END LOOP;
END $$;

DO $$
DECLARE e text; empty text[];
BEGIN
  FOREACH e IN ARRAY empty LOOP DROP TYPE mood; END LOOP;
END $$;
