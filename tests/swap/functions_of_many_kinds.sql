-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.a(m app.mood = 'ok', OUT n app.mood, OUT ns app.mood[]) RETURNS SETOF record LANGUAGE sql ROWS 5 AS $$ SELECT m, ARRAY[m] $$;
CREATE FUNCTION app.a(m app.mood[], n int DEFAULT 1) RETURNS app.mood[] LANGUAGE plpgsql STRICT PARALLEL SAFE LEAKPROOF AS $$ DECLARE k app.mood := m[1]; BEGIN RETURN m; END $$;
CREATE FUNCTION app.r(t app.t) RETURNS app.mood LANGUAGE sql AS $$ SELECT (t).m $$;
CREATE FUNCTION app.s() RETURNS SETOF app.t LANGUAGE sql AS $$ SELECT * FROM app.t $$;
CREATE VIEW app.v AS SELECT app.r(t) AS r, (app.a(t.m)).n FROM app.t;
CREATE FUNCTION app.q() RETURNS app.mood LANGUAGE sql AS 'SELECT NULL::app.mood';
COMMENT ON FUNCTION app.a(app.mood) IS '100% $$ "x"';
