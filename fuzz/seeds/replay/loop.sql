E
DO $$
DECLARE
    n int := 0;
BEGIN
    CREATE TYPE step AS ENUM ();
    FOR i IN 1..5 LOOP
        CONTINUE WHEN i = 2;
        EXECUTE 'ALTER TYPE step ADD VALUE ' || quote_literal('s' || i);
        EXIT WHEN i > 3;
    END LOOP;
    <<outer>>
    WHILE n < 10 LOOP
        n := n + 1;
        LOOP
            EXIT outer WHEN n = 3;
            EXIT;
        END LOOP;
    END LOOP outer;
    FOR i IN REVERSE 5..1 LOOP NULL; END LOOP;
END $$;
