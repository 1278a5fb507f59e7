-- old: sad, ok, x, it's
-- new: great, fine, sad, it's
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, "N" bigint, done boolean NOT NULL DEFAULT false, m app.mood NOT NULL CONSTRAINT f CHECK (m <> 'ok' OR id > 0), n app.mood CHECK (n <> 'sad'),
  ms app.mood[] CONSTRAINT k CHECK ('ok' <> ALL (ms)), CHECK (m IS NOT NULL AND n IN ('ok', 'sad') OR NOT done AND "N" IS NULL));
ALTER TABLE app.t ADD CONSTRAINT c CHECK (t.m IS DISTINCT FROM 'ok' OR n >= m AND (done IS NOT TRUE AND n = ANY ('{ok,sad}'::app.mood[]))) NOT VALID;
ALTER TABLE app.t ADD CONSTRAINT "D d" CHECK (m NOT IN ('it''s', 'ok') OR id >= 2) NO INHERIT;
ALTER TABLE app.t ADD CONSTRAINT e CHECK (n IS NULL OR m IS NOT NULL);
COMMENT ON CONSTRAINT c ON app.t IS 'it''s c';
INSERT INTO app.t (id, m, n, ms) VALUES (1, 'sad', 'ok', '{sad,NULL}'), (3, 'x', NULL, NULL);
