-- old: a'b, c"d, e\f, g%h, $pg_enum$, {i}, NULL
-- new: $pg_enum$, NULL, {i}, a'b, c"d, e\f, g%h
CREATE TABLE app.t (m app.mood DEFAULT 'g%h', ms app.mood[] DEFAULT ARRAY['NULL', 'NULL']::app.mood[]);
INSERT INTO app.t VALUES ('c"d', ARRAY[NULL, 'NULL', '{i}', '$pg_enum$', 'c"d', E'e\\f']::app.mood[]), ('NULL', '{}'), (E'e\\f', '{"NULL",NULL}');
CREATE INDEX i ON app.t (m) WHERE m = E'e\\f' OR m = 'NULL' OR ms = '{"NULL",NULL,"{i}"}';
CREATE VIEW app.v AS SELECT m, 'c"d'::app.mood AS q, 'g%h'::app.mood AS p, E'e\\f'::app.mood AS b FROM app.t WHERE m <> '$pg_enum$';
CREATE FUNCTION app.f(m app.mood DEFAULT E'e\\f') RETURNS app.mood LANGUAGE sql AS $f$ SELECT '$pg_enum$'::app.mood $f$;
