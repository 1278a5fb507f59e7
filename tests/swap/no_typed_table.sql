-- old: a, b, c
-- new: c, b, a
-- refused: column m of table app.t cannot get another type because its table is of a composite type
-- refused: column m of composite type app.c cannot get another type because it is used by table app.t
CREATE TYPE app.c AS (m app.mood);
CREATE TABLE app.t OF app.c;
