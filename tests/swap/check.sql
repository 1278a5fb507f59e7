-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
ALTER TABLE app.t ADD CONSTRAINT c CHECK (m <> 'ok' OR id > 0) NOT VALID;
ALTER TABLE app.t ADD CONSTRAINT d CHECK (m IN ('ok', 'sad') OR id > 1) NO INHERIT;
COMMENT ON CONSTRAINT d ON app.t IS 'd';
ALTER TABLE app.t ADD CHECK (m IS NOT NULL OR id = 3);
