P
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                   WHERE t.typname = 'size' AND n.nspname = current_schema()) THEN
        CREATE TYPE size AS ENUM ('s', 'm');
    ELSIF to_regtype('public.size') IS NULL THEN
        CREATE TYPE public.size AS ENUM ('s');
    ELSE
        ALTER TYPE size ADD VALUE IF NOT EXISTS 'l';
    END IF;
END
$$ LANGUAGE plpgsql;
