-- Schemas that are not there.
CREATE TYPE mood AS ENUM ('a');

ALTER TYPE mood SET SCHEMA missing;

CREATE TYPE missing.mood AS ENUM ('a');

DROP TYPE missing.mood;

DROP TYPE IF EXISTS missing.mood;

DROP TYPE IF EXISTS missing.mood, public.other CASCADE;

DROP DOMAIN IF EXISTS missing.mood;

SET search_path TO missing, public;

CREATE TYPE in_the_second AS ENUM ('a');

SET search_path TO missing;

CREATE TYPE nowhere AS ENUM ('a');

CREATE SCHEMA app;

SET search_path TO 'app, public';

CREATE TYPE nowhere AS ENUM ('a');

SET SCHEMA 'app, public';

CREATE TYPE nowhere AS ENUM ('a');

CREATE SCHEMA "Folded";

SET search_path TO Folded, app;

CREATE TYPE in_app AS ENUM ('a');

SET search_path TO "Folded", app;

CREATE TYPE in_folded AS ENUM ('a');

SET search_path TO "$user", app;

CREATE TYPE also_in_app AS ENUM ('a');

ALTER SCHEMA missing RENAME TO there;

DROP SCHEMA missing;

SET search_path TO '';

CREATE TYPE nowhere AS ENUM ('a');
