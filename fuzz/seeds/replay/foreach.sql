K
DO $$
DECLARE
    label text;
    labels text[] := ARRAY['a', 'b', 'c'];
    more text[] := '{d,"e f",NULL}';
BEGIN
    CREATE TYPE letters AS ENUM ('z');
    FOREACH label IN ARRAY labels || more LOOP
        IF label IS NOT NULL AND label <> ALL (enum_range(NULL::letters)::text[]) THEN
            EXECUTE format('ALTER TYPE %I.%I ADD VALUE IF NOT EXISTS %L BEFORE %L', 'public', 'letters', label, 'z');
        END IF;
    END LOOP;
END $$;
