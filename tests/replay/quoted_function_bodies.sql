-- Semicolons, quotes and words of SQL in the bodies of routines.
CREATE FUNCTION a() RETURNS text LANGUAGE sql AS 'SELECT '';'' || ''CREATE TYPE ghost AS ENUM ();''';

CREATE OR REPLACE PROCEDURE c() LANGUAGE plpgsql AS $_$
BEGIN
  PERFORM $$ DROP TYPE mood; $$;
END;
$_$;

CREATE TYPE mood AS ENUM ('a');

CALL c();

SELECT a();

ALTER TYPE mood ADD VALUE 'b';

CREATE TABLE t (id int);

CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 'x;y');

ALTER TYPE mood ADD VALUE 'c';
