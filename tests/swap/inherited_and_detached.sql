-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.p (id int, m app.mood DEFAULT 'sad', CHECK (m <> 'ok' OR id > 0));
CREATE TABLE app.a (m app.mood DEFAULT 'ok', extra int) INHERITS (app.p);
CREATE TABLE app.b () INHERITS (app.p);
ALTER TABLE app.b NO INHERIT app.p;
CREATE TABLE app.l (LIKE app.p INCLUDING ALL);
INSERT INTO app.a VALUES (1, 'x', 2), (2, 'ok', 3);
INSERT INTO app.b VALUES (1, 'x'), (2, 'ok');
