-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE FUNCTION app.r(t app.t) RETURNS int LANGUAGE sql AS $$ SELECT (t).id $$;
CREATE VIEW app.v AS SELECT app.r(t) AS r, t AS whole FROM app.t;
