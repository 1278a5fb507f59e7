-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE INDEX a ON app.t (id DESC NULLS LAST) INCLUDE (ms) WHERE m = 'ok' OR m IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS b ON app.t (id) WHERE m = 'ok';
CREATE INDEX c ON app.t ((CASE m WHEN 'ok' THEN 1 ELSE 2 END), id) WITH (fillfactor = 70);
COMMENT ON INDEX app.b IS 'b';
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON app.t USING (m = 'ok');
CREATE POLICY b ON app.t AS RESTRICTIVE FOR INSERT TO reader_of_swaps WITH CHECK (m <> 'ok' AND id > 0);
COMMENT ON POLICY b ON app.t IS 'b';
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER a BEFORE UPDATE OF m ON app.t FOR EACH ROW EXECUTE FUNCTION app.f();
CREATE TRIGGER b AFTER INSERT ON app.t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION app.f('y');
CREATE CONSTRAINT TRIGGER c AFTER UPDATE ON app.t DEFERRABLE FOR EACH ROW WHEN (old.m IS DISTINCT FROM new.m) EXECUTE FUNCTION app.f();
COMMENT ON TRIGGER a ON app.t IS 'a';
CREATE RULE r AS ON UPDATE TO app.t WHERE old.m = 'ok' DO ALSO (DELETE FROM app.t WHERE id < 0; DELETE FROM app.t WHERE id < -1);
CREATE STATISTICS app.s (ndistinct) ON id, m FROM app.t;
COMMENT ON STATISTICS app.s IS 's';
