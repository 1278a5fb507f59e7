-- old: a, b, c
-- new: c, b, a
-- refused: column m of composite type app.c is of a kind that cannot be carried over
CREATE TYPE app.c AS (m app.mood);
