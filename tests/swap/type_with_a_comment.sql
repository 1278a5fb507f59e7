-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
COMMENT ON TYPE app.mood IS 'it''s a mood';
CREATE TABLE app.a (id int, n app.mood DEFAULT 'x', ms app.mood[] DEFAULT ARRAY['ok', 'x']::app.mood[]);
ALTER TABLE app.a RENAME TO t;
ALTER TABLE app.t RENAME COLUMN n TO m;
CREATE INDEX p ON app.t (id) WHERE m = 'ok';
ALTER INDEX app.p RENAME TO q;
DROP INDEX app.q;
CREATE VIEW app.v AS SELECT m FROM app.t;
DROP VIEW app.v;
INSERT INTO app.t (id) VALUES (1), (2);
