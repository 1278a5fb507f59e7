K
DO $$
DECLARE
    found_it boolean;
    name text; other name;
    r pg_type%ROWTYPE;
BEGIN
    SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'app') INTO found_it;
    SELECT t.typname, 'x' INTO STRICT name, other FROM pg_type t WHERE t.typname = 'a' ORDER BY 1;
    SELECT * INTO r FROM pg_type WHERE typname = 'a';
    INSERT INTO log (a) VALUES (1) RETURNING a INTO name;
    EXECUTE 'SELECT 1' INTO name USING 1;
    IF NOT found_it AND NOT FOUND THEN CREATE SCHEMA app; END IF;
    GET DIAGNOSTICS name = ROW_COUNT;
    name := CASE WHEN name IS NULL THEN 'a' ELSE coalesce(name, 'b') END;
    EXECUTE 'CREATE TYPE app."' || name || '" AS ENUM (' || quote_literal('a''b') || ')';
END $$;
