-- A block that swaps a type by itself.
CREATE TYPE status AS ENUM ('new', 'old', 'gone');

CREATE TABLE t (s status);

DO $$
DECLARE
  labels text;
  r record;
BEGIN
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels
  FROM pg_enum WHERE enumtypid = 'status'::regtype AND enumlabel <> 'gone';
  EXECUTE 'CREATE TYPE status_new AS ENUM (' || labels || ')';
  FOR r IN SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE udt_name = 'status' LOOP
    EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE status_new USING %I::text::status_new', r.table_schema, r.table_name, r.column_name, r.column_name);
  END LOOP;
  ALTER TABLE t ALTER COLUMN s TYPE status_new USING s::text::status_new;
  DROP TYPE status;
  ALTER TYPE status_new RENAME TO status;
END $$;

DO $$
DECLARE
  old_labels text[];
  new_labels text[] := ARRAY['new', 'fresh', 'old'];
  l text;
  prev text;
BEGIN
  SELECT enum_range(NULL::status)::text[] INTO old_labels;
  FOREACH l IN ARRAY new_labels LOOP
    IF NOT l = ANY (old_labels) THEN
      EXECUTE format('ALTER TYPE status ADD VALUE %L AFTER %L', l, prev);
    END IF;
    prev := l;
  END LOOP;
END $$;
