-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app."T ""1""" ("M" app.mood DEFAULT 'ok', "select" app.mood[]);
CREATE VIEW app."V $pg_enum$" AS SELECT "M" AS "m 'xx'::app.mood" FROM app."T ""1""" WHERE "M" = 'ok';
INSERT INTO app."T ""1""" VALUES ('x', '{ok}');
