E
DO $$
DECLARE s text := 'a'; a text[] := '{}'; r record;
BEGIN
    FOR i IN 1..30 LOOP
        s := s || s; a := a || s; s := replace(s, 'a', s); a := ARRAY[a, a];
        SELECT string_agg(x, s) INTO s FROM unnest(a) x;
    END LOOP;
    FOR i IN 1..99999 LOOP FOR j IN 1..99999 LOOP END LOOP; END LOOP;
    FOR r IN SELECT DISTINCT x FROM generate_series(1, 99999) x, generate_series(1, 1000000000) y LOOP END LOOP;
    LOOP s := format('%s%1$s', s); EXIT WHEN length(s) > 100000; END LOOP;
END $$;
