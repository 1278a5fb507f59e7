E
DO $$
DECLARE
    a text := 'a'; n int := -1; l text[] := string_to_array('x,y', ',');
BEGIN
    IF a LIKE 'a%' AND NOT (a IN ('b', 'c') OR n BETWEEN 1 AND 2) AND a IS DISTINCT FROM NULL
       AND array_length(l, 1) = 2 AND l[1] = 'x' AND l @> ARRAY['x'] AND n + 1 = 0 AND (n IS NOT NULL) IS TRUE
       AND format_type('a'::regtype, NULL) <> 'b' AND 'public'::regnamespace = 'public'::regnamespace
    THEN
        EXECUTE 'CREATE TYPE ' || concat_ws('.', 'public', lower(upper(a))) || ' AS ENUM (' ||
            array_to_string(ARRAY(SELECT quote_literal(x) FROM unnest(l) AS x ORDER BY x DESC), ', ') || ')';
    END IF;
    a := trim(both ' ' from replace(a, 'a', ' b ')) || (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum);
    l := array_remove(array_append(l, a), 'x') || array_cat(l, '{}');
    IF cardinality(l) > 100 OR (SELECT bool_or(x = 'y') FROM unnest(l) x) THEN RETURN; END IF;
    IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = a UNION SELECT 2) THEN RAISE 'x'; END IF;
END $$;
