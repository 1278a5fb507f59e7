-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
SET search_path = app;
CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[]);
INSERT INTO t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '{}');
CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'ok';
CREATE FUNCTION f(m mood) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
CREATE VIEW w AS SELECT f(m) FROM v;
RESET search_path;
