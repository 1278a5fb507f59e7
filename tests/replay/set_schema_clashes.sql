-- SET SCHEMA does not make array types give way.
CREATE SCHEMA app;

CREATE TYPE mood AS ENUM ('a');

CREATE TYPE app.mood AS ENUM ('b');

ALTER TYPE mood SET SCHEMA app;

ALTER TYPE mood SET SCHEMA public;

ALTER TYPE app.mood RENAME TO _mood;

ALTER TYPE mood SET SCHEMA app;

CREATE TYPE app.feeling AS ENUM ('c');

CREATE TYPE _feeling AS ENUM ('d');

ALTER TYPE _feeling SET SCHEMA app;

ALTER TYPE mood SET SCHEMA missing;

ALTER TYPE missing SET SCHEMA app;

ALTER TYPE app._feeling SET SCHEMA public;

ALTER TYPE app.feeling SET SCHEMA pg_temp;

DROP TYPE IF EXISTS public.feeling, app.mood;

ALTER TYPE app.feeling SET SCHEMA public;

CREATE TABLE app.mood (id int);

ALTER TABLE app.mood SET SCHEMA public;
