-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE DOMAIN app.ds AS app.mood[] DEFAULT '{ok}' CHECK (VALUE <> '{sad}');
CREATE TYPE app.c AS (id int, ds app.ds);
