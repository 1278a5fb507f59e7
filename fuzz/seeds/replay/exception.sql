P
DO $$
BEGIN
    CREATE TYPE a AS ENUM ('x');
    BEGIN
        ALTER TYPE a ADD VALUE 'y';
        RAISE EXCEPTION 'no: %, %%', 1 USING ERRCODE = 'check_violation';
    EXCEPTION
        WHEN undefined_table OR check_violation THEN ALTER TYPE a ADD VALUE 'z';
        WHEN raise_exception THEN RAISE EXCEPTION USING MESSAGE = 'again', ERRCODE = '22023';
    END;
    ASSERT 1 = 1, 'never';
EXCEPTION WHEN syntax_error_or_access_rule_violation THEN
    NULL;
END $$;
