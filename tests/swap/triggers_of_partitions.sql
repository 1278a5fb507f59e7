-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (k int, m app.mood) PARTITION BY LIST (k);
CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1);
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER a AFTER UPDATE OF m ON app.t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION app.f();
INSERT INTO app.t VALUES (1, 'x');
