-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.f(m app.mood DEFAULT 'ok', VARIADIC ms app.mood[] DEFAULT '{sad,ok}') RETURNS SETOF app.mood LANGUAGE sql STABLE SECURITY DEFINER SET work_mem = '1MB' AS $$ SELECT m; $$;
CREATE FUNCTION app.g(int) RETURNS TABLE (a int, b app.mood) LANGUAGE plpgsql COST 7 AS $$ BEGIN RETURN QUERY SELECT id, m FROM app.t; END $$;
CREATE PROCEDURE app.p(INOUT m app.mood) LANGUAGE plpgsql AS $$ BEGIN END $$;
COMMENT ON FUNCTION app.g(int) IS 'g';
REVOKE ALL ON FUNCTION app.g(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.g TO reader_of_swaps;
CREATE VIEW app.v AS SELECT app.f(t.m) FROM app.t;
CREATE FUNCTION app.h(app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE INDEX i ON app.t ((app.h(m))) WHERE id > 0;
