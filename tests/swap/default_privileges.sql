-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader_of_swaps;
CREATE VIEW app.w AS SELECT id, m FROM app.t;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM reader_of_swaps;
CREATE VIEW app.v AS SELECT id, m FROM app.t;
