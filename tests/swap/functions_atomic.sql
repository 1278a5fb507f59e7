-- from PostgreSQL: 14
-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.f(i int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.t WHERE m = 'ok'; SELECT count(*) FROM app.t WHERE m <> 'sad' AND id > i; END;
CREATE FUNCTION app.g(m app.mood) RETURNS app.mood LANGUAGE sql RETURN coalesce(m, 'ok'::app.mood);
