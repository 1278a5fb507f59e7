-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (m app.mood DEFAULT 'ok');
CREATE TABLE app.c () INHERITS (app.t);
CREATE TABLE app.d (m app.mood DEFAULT 'sad') INHERITS (app.t);
ALTER TABLE ONLY app.c ALTER m DROP DEFAULT;
INSERT INTO app.c VALUES ('x');
