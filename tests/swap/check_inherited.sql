-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE TABLE app.c (extra int) INHERITS (app.t);
ALTER TABLE app.c ADD CONSTRAINT both_have CHECK (m <> 'ok' OR id > 0);
ALTER TABLE app.t ADD CONSTRAINT both_have CHECK (m <> 'ok' OR id > 0);
ALTER TABLE app.t ADD CONSTRAINT parent_has CHECK (m <> 'sad' OR id > 0);
INSERT INTO app.c VALUES (7, 'x', '{ok}', 1);
