-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE INDEX a ON app.t USING hash (m);
CREATE INDEX b ON app.t USING gin (ms);
CREATE INDEX d ON app.t (m DESC NULLS LAST, id) INCLUDE (ms);
CREATE UNIQUE INDEX e ON app.t (m) WHERE m IS DISTINCT FROM 'ok' AND m IS NOT NULL;
CREATE INDEX f ON app.t ((ms[1]), (m = ANY (ms)));
