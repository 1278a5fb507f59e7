-- psql sends what it takes for a body in one message, up to an END, and all of it is one transaction.
CREATE TYPE kept AS ENUM ('a');

CREATE OR REPLACE FUNCTION public.begin(begin int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE lost AS ENUM ('a');
ALTER TYPE kept RENAME VALUE 'b' TO 'c';
CREATE TYPE passed_over AS ENUM ('a');
SELECT 1 AS end;

CREATE TYPE kept_as_well AS ENUM ('a');
