-- old: a, b, c
-- new: c, b, a
-- refused: type app.d is of a kind that cannot be carried over
-- refused: column d of table app.t cannot get another type because its type contains the enum
CREATE DOMAIN app.d AS app.mood;
CREATE TABLE app.t (d app.d);
