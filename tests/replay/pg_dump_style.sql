SET statement_timeout = 0;

SET client_encoding = 'UTF8';

SET standard_conforming_strings = on;

SELECT pg_catalog.set_config('search_path', '', false);

SET check_function_bodies = false;

SET row_security = off;

CREATE SCHEMA app;

ALTER SCHEMA app OWNER TO CURRENT_USER;

--
-- Name: mood; Type: TYPE; Schema: app; Owner: -
--
CREATE TYPE app.mood AS ENUM (
    'sad',
    'ok'
);

ALTER TYPE app.mood OWNER TO CURRENT_USER;

CREATE TYPE mood AS ENUM ('no schema');

COMMENT ON TYPE app.mood IS 'CREATE TYPE app.ghost AS ENUM (''x'');';

SET default_tablespace = '';

CREATE TABLE app.t (
    id integer NOT NULL,
    m app.mood DEFAULT 'ok'::app.mood,
    ms app.mood[] DEFAULT '{}'::app.mood[]
);

ALTER TABLE ONLY app.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);

CREATE INDEX t_m ON app.t USING btree (m) WHERE (m = 'ok'::app.mood);

GRANT ALL ON TYPE app.mood TO PUBLIC;

DROP TYPE app.mood;

DROP TABLE app.t;

DROP TYPE app.mood;

ALTER TYPE app.mood OWNER TO CURRENT_USER;

RESET search_path;

CREATE TYPE mood AS ENUM ('public');
