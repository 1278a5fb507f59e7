-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
CREATE DOMAIN app.d AS app.mood;
CREATE DOMAIN app.e AS app.mood;
/* before */ DROP DOMAIN app.e; CREATE DOMAIN app.e AS app.mood CONSTRAINT inline CHECK (VALUE <> 'x');
CREATE TABLE app.u (l app.e[]);
INSERT INTO app.u VALUES ('{ok}');
CREATE DOMAIN app.ds AS app.mood[];
CREATE TABLE app.t (id int PRIMARY KEY, d app.d, ds app.ds);
INSERT INTO app.t VALUES (1, 'ok', '{ok,NULL}'), (2, NULL, NULL);
/* before */ ALTER TABLE app.t ADD CONSTRAINT of_domain CHECK (d::app.mood <> 'x');
/* before */ ALTER TABLE app.t ADD CONSTRAINT of_array CHECK ('x' <> ALL (ds::app.mood[]));
/* before */ ALTER DOMAIN app.d ADD CONSTRAINT in_domain CHECK (VALUE <> 'x');
/* before */ ALTER DOMAIN app.ds ADD CONSTRAINT in_array CHECK ('x' <> ALL (VALUE));
