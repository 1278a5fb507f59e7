-- What a block's variables hold.
CREATE TYPE mood AS ENUM ('a');

DO $$
DECLARE
  a text NOT NULL := 'b';
  b text := a || 'c';
  "C" text DEFAULT upper(b);
  n integer := 2 * 3 - 1;
  t boolean := n > 4 AND NOT false;
  r record;
  x ALIAS FOR b;
BEGIN
  IF t THEN EXECUTE format('ALTER TYPE mood ADD VALUE %L', "C" || n); END IF;
  b := 'changed';
  SELECT 'd' AS l, 3 AS k INTO r;
  EXECUTE format('ALTER TYPE mood ADD VALUE %L', r.l || r.k);
  NULL;
EXCEPTION WHEN OTHERS THEN
  RAISE;
END $$;

DO $$
DECLARE a text; n int; r record;
BEGIN
  SELECT l, k INTO a, n FROM (VALUES ('e', 7)) v(l, k);
  EXECUTE format('ALTER TYPE mood ADD VALUE %L', a || n);
  SELECT 'none' INTO a WHERE false;
  IF a IS NULL AND NOT FOUND THEN ALTER TYPE mood ADD VALUE 'null'; END IF;
  a := coalesce(a, 'f');
  a := CASE WHEN a = 'f' THEN 'g' ELSE 'h' END;
  EXECUTE format('ALTER TYPE mood ADD VALUE %L', a);
  a := NULL;
  EXECUTE format('ALTER TYPE mood ADD VALUE %L', concat_ws('-', 'i', a, 'j'));
  DECLARE a text := 'k'; BEGIN
    EXECUTE format('ALTER TYPE mood ADD VALUE %L', a);
    a := 'l';
  END;
  IF a IS NULL THEN ALTER TYPE mood ADD VALUE 'outer is null'; END IF;
  IF nullif(1, 1) IS NULL AND (1, 2) = (1, 2) THEN ALTER TYPE mood ADD VALUE 'row'; END IF;
END $$;
