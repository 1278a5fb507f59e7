-- A swap with arrays, in several tables and schemas.
CREATE SCHEMA app;

CREATE TYPE app.color AS ENUM ('red', 'green', 'blue');

CREATE TABLE app.a (c app.color[] NOT NULL DEFAULT '{red}', d app.color DEFAULT 'red'::app.color);

CREATE TABLE public.b (c app.color[] DEFAULT ARRAY['red'::app.color]);

SET search_path = app, public;

ALTER TYPE color RENAME TO color_old;

CREATE TYPE color AS ENUM ('red', 'blue');

ALTER TABLE a ALTER c DROP DEFAULT, ALTER d DROP DEFAULT;

ALTER TABLE a ALTER c TYPE color[] USING c::text[]::color[], ALTER d TYPE color USING d::text::color;

ALTER TABLE a ALTER c SET DEFAULT '{red}', ALTER d SET DEFAULT 'red';

DROP TYPE color_old;

ALTER TABLE b ALTER c DROP DEFAULT;

ALTER TABLE b ALTER c TYPE color[] USING array_replace(c::text[], 'green', 'blue')::color[];

DROP TYPE color_old;

ALTER TABLE a ALTER c DROP DEFAULT, ALTER c TYPE color USING c[1];
