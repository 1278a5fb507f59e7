-- old: sad, ok
-- new: ok, sad
-- refused: cast from integer to app.mood is of a kind that cannot be carried over
CREATE FUNCTION app.f(int) RETURNS app.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::app.mood $$;
CREATE CAST (int AS app.mood) WITH FUNCTION app.f(int) AS ASSIGNMENT;
