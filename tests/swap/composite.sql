-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE TYPE app.c AS (id int, m app.mood, ms app.mood[]);
CREATE FUNCTION app.f(app.c) RETURNS app.c LANGUAGE sql AS 'SELECT $1';
CREATE VIEW app.v AS SELECT (app.f(ROW(1, 'ok', NULL))).m AS m, app.f(ROW(1, 'ok', '{ok}')) AS c;
COMMENT ON COLUMN app.c.m IS 'm';
