-- old: a, b, c
-- new: c, b, a
-- refused: operator app.@@@(app.mood,app.mood) is of a kind
CREATE FUNCTION app.f(app.mood, app.mood) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR app.@@@ (LEFTARG = app.mood, RIGHTARG = app.mood, FUNCTION = app.f);
