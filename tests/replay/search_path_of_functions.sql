-- The body of a function in SQL is read under the function's own search_path.
CREATE SCHEMA audit; CREATE TYPE mood AS ENUM ('a'); CREATE TYPE audit.mood AS ENUM ('b');

CREATE TABLE log (id int, msg mood); CREATE TABLE audit.log (who text, what mood);

CREATE TABLE audit.other (who text, what audit.mood, x int);

CREATE FUNCTION f() RETURNS void LANGUAGE sql SET search_path = audit AS $$ INSERT INTO log (who, what) VALUES ('a', 'a') $$;

CREATE FUNCTION g() RETURNS void LANGUAGE sql AS $$ INSERT INTO log (who, what) VALUES ('a', 'a') $$;

CREATE FUNCTION g() RETURNS void LANGUAGE sql SET search_path = public AS $$ INSERT INTO log (id) VALUES (1, 'a') $$;

CREATE FUNCTION g() RETURNS mood LANGUAGE sql SET search_path TO audit, public AS $$ SELECT 'a'::mood $$;

CREATE FUNCTION g() RETURNS audit.mood LANGUAGE sql SET search_path TO audit, public AS $$ SELECT 'b'::mood $$;

CREATE FUNCTION h() RETURNS void LANGUAGE sql SET search_path = '' AS $$ INSERT INTO audit.other VALUES ('a', 'a', 1) $$;

CREATE FUNCTION h() RETURNS void LANGUAGE sql SET search_path = '' AS $$ INSERT INTO audit.other VALUES ('a', 'b', 1) $$;

SET search_path = audit;

CREATE FUNCTION public.i() RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$ INSERT INTO log (id) VALUES (1) $$;

CREATE FUNCTION public.i() RETURNS void LANGUAGE sql SET search_path TO DEFAULT AS $$ INSERT INTO log (id) VALUES (1) $$;

CREATE TYPE last AS ENUM ('a');
