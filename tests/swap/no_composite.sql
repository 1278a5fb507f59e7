-- old: a, b, c
-- new: c, b, a
-- refused: column m of composite type app.c cannot get another type because it is used by column c of table app.t
CREATE TYPE app.c AS (m app.mood);
CREATE TABLE app.t (c app.c[]);
