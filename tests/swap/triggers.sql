-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER a BEFORE UPDATE OF m ON app.t FOR EACH ROW EXECUTE FUNCTION app.f();
CREATE TRIGGER b AFTER INSERT ON app.t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION app.f('x y');
CREATE CONSTRAINT TRIGGER c AFTER UPDATE ON app.t DEFERRABLE FOR EACH ROW WHEN (old.m IS DISTINCT FROM new.m) EXECUTE FUNCTION app.f();
CREATE TRIGGER d AFTER DELETE ON app.t FOR EACH STATEMENT EXECUTE FUNCTION app.f();
ALTER TABLE app.t DISABLE TRIGGER a;
ALTER TABLE app.t ENABLE ALWAYS TRIGGER b;
COMMENT ON TRIGGER a ON app.t IS 'a';
