-- old: sad, ok
-- new: ok, sad
-- refused: operator class o of access method btree
CREATE FUNCTION app.cmp(app.mood, app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR CLASS app.o FOR TYPE app.mood USING btree AS FUNCTION 1 app.cmp(app.mood, app.mood);
