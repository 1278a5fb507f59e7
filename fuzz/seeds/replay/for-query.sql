P
CREATE SCHEMA app;
CREATE TYPE app.kind AS ENUM ('a');
CREATE TYPE app.sort AS ENUM ('a');
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT n.nspname AS schema, t.typname FROM pg_type t JOIN pg_namespace n ON t.typnamespace = n.oid
             WHERE t.typtype = 'e' AND n.nspname = 'app' ORDER BY t.typname DESC LIMIT 5
    LOOP
        EXECUTE 'ALTER TYPE ' || quote_ident(r.schema) || '.' || quote_ident(r.typname) || ' RENAME TO ' || r.typname || '_old';
    END LOOP;
    FOR r IN VALUES (1, 'x'), (2, 'y') LOOP
        EXECUTE format('CREATE TYPE v%s AS ENUM (%L)', r.column1, r.column2);
    END LOOP;
    FOR r IN SELECT * FROM unnest(ARRAY['p', 'q']) WITH ORDINALITY AS u(name, place) LOOP
        EXECUTE format('CREATE TYPE %1$I AS ENUM (%1$L, %2$L)', r.name, r.place);
    END LOOP;
END $$;
