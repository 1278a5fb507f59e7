-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE INDEX p ON app.t ((coalesce(m, 'ok')), id);
ALTER INDEX app.p ALTER COLUMN 1 SET STATISTICS 500;
ALTER TABLE app.t CLUSTER ON p;
