-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE RULE a AS ON DELETE TO app.t WHERE old.m = 'ok' DO INSTEAD NOTHING;
CREATE RULE b AS ON UPDATE TO app.t DO ALSO NOTIFY changed;
ALTER TABLE app.t DISABLE RULE a;
COMMENT ON RULE a ON app.t IS 'a';
