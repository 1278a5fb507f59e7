-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE DOMAIN app.d AS app.mood DEFAULT 'ok' CONSTRAINT c CHECK (VALUE IN ('sad', 'ok') OR VALUE > 'sad') CHECK (VALUE IS NOT NULL);
CREATE DOMAIN app.e AS app.d NOT NULL;
CREATE DOMAIN app.ds AS app.mood[] DEFAULT '{ok,NULL}';
CREATE DOMAIN app.es AS app.d[];
CREATE DOMAIN app.other AS text CHECK (VALUE <> 'a' OR 'ok'::app.mood < 'sad');
COMMENT ON DOMAIN app.d IS 'd';
COMMENT ON CONSTRAINT c ON DOMAIN app.d IS 'c';
ALTER DOMAIN app.ds ADD CONSTRAINT n CHECK (cardinality(VALUE) < 9) NOT VALID;
ALTER DOMAIN app.ds OWNER TO owner_of_swaps;
REVOKE ALL ON DOMAIN app.d FROM PUBLIC;
GRANT USAGE ON DOMAIN app.d TO reader_of_swaps;
CREATE TABLE app.t (id int PRIMARY KEY, d app.d, e app.e DEFAULT 'sad', ds app.ds, l app.d[], es app.es, o app.other);
INSERT INTO app.t VALUES (1, 'sad', 'x', '{x,NULL,ok}', '{x,ok}', '{ok}'), (2, 'x', 'ok', '[2:3][1:2]={{x,sad},{NULL,ok}}', '[2:2]={x}', NULL);
CREATE INDEX i ON app.t (d);
CREATE INDEX p ON app.t (id) WHERE d::app.mood = 'ok';
ALTER TABLE app.t ADD CHECK (d::app.mood <> 'ok' OR id > 0) NO INHERIT;
CREATE FUNCTION app.f(d app.d, l app.d[]) RETURNS app.ds LANGUAGE plpgsql AS $$ BEGIN RETURN $2; END $$;
CREATE VIEW app.v AS SELECT d, e, app.f(d, l) FROM app.t WHERE e::app.mood = 'ok';
CREATE TYPE app.c AS (d app.d, es app.es);
