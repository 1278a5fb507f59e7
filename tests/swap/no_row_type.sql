-- old: a, b, c
-- new: c, b, a
-- refused: column m of table app.t cannot get another type because the row type of its table is used by column t of table app.u
CREATE TABLE app.t (m app.mood);
CREATE TABLE app.u (t app.t);
