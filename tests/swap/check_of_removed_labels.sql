-- old: sad, ok, x, y
-- new: great, fine, sad
-- was: ok -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[], n app.mood);
CREATE TABLE app.c () INHERITS (app.t);
INSERT INTO app.t VALUES (1, 'ok', '{ok,NULL}', NULL), (2, NULL, NULL, 'sad');
INSERT INTO app.c VALUES (3, 'sad', '{}', 'ok');
/* before */ ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m OPERATOR(pg_catalog.<>) 'x');
/* before */ ALTER TABLE app.t ADD CONSTRAINT t_ms_not_x CHECK ('x' OPERATOR(pg_catalog.<>) ALL (ms));
/* before */ ALTER TABLE app.t ADD CONSTRAINT neither CHECK (m NOT IN ('x', 'y') AND n <> 'y' OR id > 7) NOT VALID;
/* before */ ALTER TABLE app.c ADD CONSTRAINT of_child CHECK (m IS DISTINCT FROM 'y') NO INHERIT;
/* before */ COMMENT ON CONSTRAINT t_m_not_x ON app.t IS 'retired';
ALTER TABLE app.t ADD CONSTRAINT stays CHECK (m <> 'ok' OR id > 0);
