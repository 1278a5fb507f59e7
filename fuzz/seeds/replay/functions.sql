E
CREATE TYPE a AS ENUM ('x');
CREATE OR REPLACE FUNCTION add_label(kind text, label text) RETURNS void AS $$
BEGIN
    EXECUTE format('ALTER TYPE %I ADD VALUE %L', kind, label);
END
$$ LANGUAGE plpgsql;
SELECT add_label('a', 'y');
CREATE PROCEDURE p() LANGUAGE sql AS 'ALTER TYPE a ADD VALUE ''z''';
CALL p();
CREATE FUNCTION g(n int DEFAULT 1) RETURNS int LANGUAGE plpgsql AS $$BEGIN PERFORM g(n); PERFORM add_label('a', $1::text); RETURN 1; END$$;
DO $$ BEGIN PERFORM g(); END $$;
CREATE FUNCTION h() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;
CREATE FUNCTION i() RETURNS int LANGUAGE plpython3u AS 'create type'; SELECT i();
DROP FUNCTION add_label, g;
