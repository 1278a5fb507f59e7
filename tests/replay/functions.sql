-- Functions and casts need the types of their arguments and results.
CREATE TYPE mood AS ENUM ('a');

CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS $$ SELECT m::text $$;

DROP TYPE mood;

CREATE OR REPLACE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;

CREATE FUNCTION f(m text) RETURNS text LANGUAGE sql AS $$ SELECT m $$;

DROP FUNCTION f(mood);

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('b');

CREATE FUNCTION g() RETURNS SETOF mood LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 'b'::mood; END $$;

CREATE FUNCTION h(OUT x int, VARIADIC ms mood[]) LANGUAGE sql AS 'SELECT 1';

CREATE PROCEDURE p(m mood DEFAULT 'b') LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;

CREATE FUNCTION k() RETURNS TABLE (m mood, n int) LANGUAGE sql AS $$ SELECT 'b'::mood, 1 $$;

DROP FUNCTION g, h;

DROP TYPE mood;

DROP PROCEDURE IF EXISTS p(mood);

DROP ROUTINE k();

ALTER TYPE mood RENAME TO feeling;

DROP TYPE feeling;

CREATE TYPE mood AS ENUM ('c');

CREATE CAST (varchar AS mood) WITH INOUT AS IMPLICIT;

DROP TYPE mood;

DROP CAST IF EXISTS (varchar AS mood);

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('d');

CREATE FUNCTION f(m mood) RETURNS void LANGUAGE plpgsql AS $$ DECLARE x mood; BEGIN END $$;

ALTER FUNCTION f(mood) RENAME TO f2;

CREATE SCHEMA app;

ALTER FUNCTION f2(mood) SET SCHEMA app;

DROP FUNCTION app.f2(mood);

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('e');

CREATE FUNCTION f(m mood) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;

DROP TYPE mood CASCADE;

CREATE FUNCTION f(m mood) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;

CREATE TYPE mood AS ENUM ('f');

-- What a body says is not looked at before it runs.
CREATE FUNCTION trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m mood := 'f';
BEGIN
  NEW.m := 'f'::mood;
  RETURN NEW;
END $$;

DROP TYPE mood;

DROP FUNCTION trigger_only();

BEGIN;

CREATE TYPE mood AS ENUM ('g');

CREATE FUNCTION f(m mood) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;

ROLLBACK;

CREATE TYPE mood AS ENUM ('h');

DROP TYPE mood;

-- A cast holds the function that it calls, whatever the types of its arguments are called.
CREATE TYPE cast_from AS ENUM ('a');

CREATE FUNCTION to_int(cast_from, int4) RETURNS int LANGUAGE sql AS 'SELECT 1';

CREATE FUNCTION to_int(cast_from, int, boolean) RETURNS int LANGUAGE sql AS 'SELECT 1';

CREATE CAST (cast_from AS int) WITH FUNCTION to_int(cast_from, integer);

DROP FUNCTION public.to_int(public.cast_from, int);

DROP FUNCTION to_int(cast_from, int, bool);

DROP CAST (cast_from AS int);

DROP FUNCTION public.to_int(public.cast_from, int);

DROP TYPE cast_from;
