-- set_config, as pg_dump and others call it.
CREATE SCHEMA a;

CREATE SCHEMA "B c";

SELECT pg_catalog.set_config('search_path', 'a', false);

CREATE TYPE one AS ENUM ('x');

SELECT set_config('search_path', 'public', true);

CREATE TYPE two AS ENUM ('x');

BEGIN;

SELECT set_config('search_path', 'public,a', true);

CREATE TYPE three AS ENUM ('x');

COMMIT;

CREATE TYPE four AS ENUM ('x');

SELECT set_config('search_path', '"B c", a', false);

CREATE TYPE five AS ENUM ('x');

SELECT set_config('search_path', 'public,' || current_setting('search_path'), false);

CREATE TYPE six AS ENUM ('x');

ALTER TYPE one ADD VALUE 'y';

SELECT set_config('search_path', 'a b', false);

SELECT set_config('search_path', '', false);

CREATE TYPE seven AS ENUM ('x');

ALTER TYPE public.six ADD VALUE 'y';

SELECT set_config('Search_Path', 'A', 'f');

CREATE TYPE eight AS ENUM ('x');

DO $$ BEGIN
  PERFORM set_config('search_path', 'public', true);
  CREATE TYPE nine AS ENUM ('x');
END $$;

CREATE TYPE ten AS ENUM ('x');

DO $$ BEGIN
  SET LOCAL search_path = public;
  CREATE TYPE eleven AS ENUM ('x');
  SET search_path = public;
END $$;

CREATE TYPE twelve AS ENUM ('x');

SELECT set_config('search_path', NULL, false);

CREATE TYPE thirteen AS ENUM ('x');
