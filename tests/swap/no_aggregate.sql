-- old: a, b, c
-- new: c, b, a
-- refused: function app.agg(app.mood) is of a kind
CREATE FUNCTION app.s(bigint, app.mood) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE AGGREGATE app.agg(app.mood) (sfunc = app.s, stype = bigint);
