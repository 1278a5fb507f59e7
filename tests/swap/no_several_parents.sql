-- old: a, b, c
-- new: c, b, a
-- refused: column m of table app.c cannot get another type because its table inherits it from several tables
CREATE TABLE app.t (m app.mood);
CREATE TABLE app.u (m app.mood);
CREATE TABLE app.c () INHERITS (app.t, app.u);
