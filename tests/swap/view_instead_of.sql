-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE VIEW app.v AS SELECT id, m FROM app.t;
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER i INSTEAD OF INSERT ON app.v FOR EACH ROW EXECUTE FUNCTION app.f();
COMMENT ON TRIGGER i ON app.v IS 'i';
CREATE RULE u AS ON UPDATE TO app.v DO INSTEAD (UPDATE app.t SET m = new.m WHERE id = old.id; DELETE FROM app.t WHERE m = 'ok' AND id < 0);
