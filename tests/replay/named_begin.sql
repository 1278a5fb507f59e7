-- A function whose name is begin has no body that an END would close.
CREATE TYPE before_it AS ENUM ('a');

CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE after_it AS ENUM ('a');
CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT begin()';
ALTER TYPE after_it ADD VALUE 'b';
