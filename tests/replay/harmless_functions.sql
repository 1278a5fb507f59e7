-- Functions that are made, called and dropped, and do nothing to enums.
CREATE FUNCTION helper(t text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN 'CREATE TYPE ' || t || ' AS ENUM ()';
END $$;

SELECT helper('mood');

CREATE FUNCTION touch() RETURNS trigger AS $body$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$body$ LANGUAGE plpgsql;

CREATE TABLE t (updated_at timestamptz);

CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();

INSERT INTO t VALUES (now());

UPDATE t SET updated_at = NULL;

CREATE TYPE mood AS ENUM ('a');

CREATE FUNCTION rank_of(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT CASE m WHEN 'a' THEN 1 ELSE 2 END $$;

SELECT rank_of('a');

DROP FUNCTION rank_of(mood), helper(text);

DROP FUNCTION IF EXISTS touch() CASCADE;

ALTER TYPE mood ADD VALUE 'b';
