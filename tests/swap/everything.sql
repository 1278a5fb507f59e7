-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE INDEX p ON app.t (id) WHERE m = 'ok';
CREATE UNIQUE INDEX q ON app.t (id) WHERE m IN ('ok', 'sad');
COMMENT ON INDEX app.p IS 'partial';
ALTER TABLE app.t ADD CONSTRAINT c CHECK (m <> 'ok' OR id > 0) NOT VALID;
ALTER TABLE app.t ADD CONSTRAINT d CHECK (m IN ('ok', 'sad') OR id > 1) NO INHERIT;
COMMENT ON CONSTRAINT d ON app.t IS 'd';
ALTER TABLE app.t ADD CHECK (m IS NOT NULL OR id = 3);
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON app.t USING (m = 'ok');
CREATE POLICY b ON app.t AS RESTRICTIVE FOR INSERT TO reader_of_swaps, owner_of_swaps WITH CHECK (m <> 'ok' AND id > 0);
CREATE POLICY c ON app.t FOR UPDATE TO reader_of_swaps USING (m = 'ok') WITH CHECK (m IN ('ok', 'sad'));
COMMENT ON POLICY c ON app.t IS 'c';
CREATE STATISTICS app.s (ndistinct, dependencies) ON id, m FROM app.t;
COMMENT ON STATISTICS app.s IS 's';
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
CREATE VIEW app.vv AS SELECT v.*, t.m FROM app.v CROSS JOIN app.t WHERE t.m = 'ok';
CREATE MATERIALIZED VIEW app.mv AS SELECT m FROM app.vv;
CREATE INDEX ON app.mv (m);
