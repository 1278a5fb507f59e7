-- old: sad, ok, x, y, a, b, c
-- new: b, ok, c, sad, y, a
-- was: sad -> ok, ok -> sad, a -> b, b -> c, c -> a
-- removed: x -> sad
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT 'sad', ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{a,NULL,ok}'), (2, 'ok', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, '{a,b,c}'), (4, 'b', '{}'), (5, 'c', '{c,y}');
CREATE INDEX p ON app.t (id) WHERE m = 'ok';
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m <> 'sad' AND ms <> '{a,b}';
