-- Types, columns, parameters and labels may be called begin, end or case.
CREATE TYPE begin AS ENUM ('begin', 'end', 'case');

CREATE TYPE public.end AS ENUM ('case', 'begin atomic');

CREATE TYPE public.case AS (begin begin, "end" public.end);

CREATE TABLE bounds (begin begin DEFAULT 'end', "end" public.end);

CREATE FUNCTION bound(begin begin, "case" public.end) RETURNS TABLE (begin int, "end" int) LANGUAGE sql AS 'SELECT 1, 2';

CREATE TYPE later AS ENUM ('a');

CREATE FUNCTION public.end() RETURNS begin LANGUAGE sql AS $$ SELECT 'case'::begin $$;
ALTER TYPE later ADD VALUE 'b';
ALTER TYPE begin RENAME VALUE 'case' TO 'of';
