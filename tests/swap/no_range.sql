-- old: a, b, c
-- new: c, b, a
-- refused: type app.r is of a kind
-- refused: app.r
CREATE TYPE app.r AS RANGE (subtype = app.mood);
