-- The same of procedures, settings and comments.
CREATE TYPE mood AS ENUM ('a');

CREATE /* begin */ OR REPLACE -- begin
  PROCEDURE "begin"() LANGUAGE sql AS 'SELECT 1';

ALTER TYPE mood ADD VALUE 'b';

CREATE PROCEDURE begin(INOUT "end" int) LANGUAGE sql SET search_path = begin, public AS 'SELECT 1';
ALTER TYPE mood ADD VALUE 'c';
CALL begin(1);
ALTER TYPE mood ADD VALUE 'd';
