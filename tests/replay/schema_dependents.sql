-- What goes with a schema.
CREATE SCHEMA app;

CREATE TYPE app.mood AS ENUM ('a');

CREATE TABLE t (id int, m app.mood, n app.mood[]);

CREATE TYPE feeling AS ENUM ('a');

CREATE TABLE app.u (f feeling);

DROP TYPE feeling;

DROP TYPE app.mood;

DROP SCHEMA app;

DROP SCHEMA app CASCADE;

DROP TYPE feeling;

CREATE SCHEMA app;

CREATE TABLE app.t (id int);

CREATE VIEW v AS SELECT * FROM app.t;

DROP SCHEMA app CASCADE;

CREATE TYPE v AS ENUM ('a');

CREATE SCHEMA app;

CREATE DOMAIN app.d AS text;

DROP SCHEMA app;

DROP DOMAIN app.d;

CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';

DROP SCHEMA app;

DROP FUNCTION app.f();

DROP SCHEMA app;
