E
CREATE SCHEMA app; CREATE SCHEMA IF NOT EXISTS app;
CREATE SCHEMA AUTHORIZATION joe CREATE TYPE a AS ENUM ('x') CREATE TABLE t (a a);
SET search_path TO app, public;
CREATE TYPE a AS ENUM ('x');
BEGIN; SET LOCAL search_path = "$user", pg_catalog; CREATE TYPE b AS ENUM ('x'); COMMIT;
SELECT pg_catalog.set_config('search_path', '', false);
SELECT set_config('search_path', current_setting('search_path') || ', app', true);
CREATE TYPE c AS ENUM ('x');
RESET search_path; SET SCHEMA 'app'; DISCARD ALL; RESET ALL;
SET SESSION search_path = DEFAULT;
ALTER SCHEMA app RENAME TO web;
ALTER TYPE web.a SET SCHEMA public;
DROP SCHEMA web, joe CASCADE;
