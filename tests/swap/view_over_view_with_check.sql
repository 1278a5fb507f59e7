-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE VIEW app.v AS SELECT id, m FROM app.t WHERE m <> 'sad' WITH CASCADED CHECK OPTION;
CREATE VIEW app.w AS SELECT id, m FROM app.v WHERE m IN ('ok', 'sad') WITH LOCAL CHECK OPTION;
ALTER VIEW app.w ALTER COLUMN m SET DEFAULT 'ok';
