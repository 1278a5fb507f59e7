-- old: sad, ok
-- new: ok, sad
-- refused: operator class app.o for access method btree is of a kind that cannot be carried over
-- refused: function 1 (app.mood, app.mood) of operator family app.o for access method btree
CREATE FUNCTION app.cmp(app.mood, app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR CLASS app.o FOR TYPE app.mood USING btree AS FUNCTION 1 app.cmp(app.mood, app.mood);
