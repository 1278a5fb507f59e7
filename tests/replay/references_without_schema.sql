-- A table refers to itself without a schema only where the name is found in its own.
CREATE TYPE mood AS ENUM ('a'); CREATE SCHEMA app; CREATE TABLE g (id int); DROP TABLE g;

CREATE TABLE app.g (id mood PRIMARY KEY, p mood REFERENCES app.g);

CREATE TABLE app.h (id int, p mood REFERENCES g);

CREATE TABLE g (id mood PRIMARY KEY, p mood REFERENCES g);

DROP TABLE app.g, g;

CREATE TABLE app.g (id mood PRIMARY KEY, p mood REFERENCES g);

CREATE TABLE app.g (id mood PRIMARY KEY, p mood, FOREIGN KEY (p) REFERENCES g);

CREATE TABLE app.g (id mood PRIMARY KEY);

ALTER TABLE app.g ADD COLUMN p mood REFERENCES g;

SET search_path = app, public;

ALTER TABLE g ADD COLUMN p mood REFERENCES g;

CREATE TABLE app.k (id mood PRIMARY KEY, p mood REFERENCES k);

ALTER TABLE k DROP COLUMN p BYTEA;

ALTER TABLE k DROP CONSTRAINT k_p_fkey CASCADE CONSTRAINTS;

ALTER TABLE k DROP p RESTRICT, DROP COLUMN IF EXISTS nope CASCADE;

DROP TYPE public.mood;
