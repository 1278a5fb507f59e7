-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.f(m app.mood DEFAULT 'ok', VARIADIC ms app.mood[] DEFAULT '{sad,ok}') RETURNS SETOF app.mood LANGUAGE sql STABLE SECURITY DEFINER SET work_mem = '1MB' AS $$ SELECT m $$;
CREATE FUNCTION app.g(int) RETURNS TABLE (a int, b app.mood) LANGUAGE plpgsql COST 7 AS $$ BEGIN RETURN QUERY SELECT id, m FROM app.t; END $$;
CREATE PROCEDURE app.p(INOUT m app.mood) LANGUAGE plpgsql AS $$ BEGIN END $$;
COMMENT ON FUNCTION app.g IS 'g';
COMMENT ON PROCEDURE app.p IS 'p';
REVOKE ALL ON FUNCTION app.g FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.g TO reader_of_swaps;
ALTER FUNCTION app.g OWNER TO owner_of_swaps;
CREATE VIEW app.v AS SELECT app.f(t.m) FROM app.t;
CREATE FUNCTION app.h() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM app.v $$;
