-- from PostgreSQL: 14
-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE STATISTICS app.s ON (coalesce(m, 'ok')), id FROM app.t;
ALTER STATISTICS app.s SET STATISTICS 77;
ALTER STATISTICS app.s OWNER TO owner_of_swaps;
