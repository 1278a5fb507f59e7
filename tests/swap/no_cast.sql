-- old: a, b, c
-- new: c, b, a
-- refused: cast from app.mood to integer is of a kind
CREATE FUNCTION app.f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE CAST (app.mood AS int) WITH FUNCTION app.f(app.mood);
