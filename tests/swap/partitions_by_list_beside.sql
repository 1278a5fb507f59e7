-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (region text, m app.mood NOT NULL DEFAULT 'ok', id int, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
CREATE TABLE app.t_eu PARTITION OF app.t FOR VALUES IN ('eu');
CREATE TABLE app.t_rest PARTITION OF app.t (m DEFAULT 'sad') DEFAULT;
CREATE INDEX i ON app.t (id) WHERE m = 'ok';
CREATE VIEW app.v AS SELECT m, region FROM app.t WHERE m = 'ok';
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER g AFTER UPDATE ON app.t FOR EACH ROW WHEN (new.m = 'ok') EXECUTE FUNCTION app.f();
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON app.t USING (m <> 'sad') WITH CHECK (m = 'ok');
INSERT INTO app.t VALUES ('eu', 'x', 1), ('us', 'ok', 2), ('us', 'sad', 3);
