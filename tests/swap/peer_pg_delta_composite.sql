-- old: r, g, b
-- new: r, g
CREATE TYPE app.ct AS (c app.mood, note text);
CREATE FUNCTION app.f(app.ct) RETURNS app.mood LANGUAGE sql AS $$ SELECT ($1).c $$;
