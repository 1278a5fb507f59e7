-- old: a, b, c
-- new: c, b, a
-- refused: constraint c uses a function of the type, which is created after the domain
CREATE FUNCTION app.f(app.mood) RETURNS bool LANGUAGE sql AS $$ SELECT true $$;
CREATE DOMAIN app.d AS app.mood CONSTRAINT c CHECK (app.f(VALUE));
