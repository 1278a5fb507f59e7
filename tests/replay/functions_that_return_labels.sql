-- From PostgreSQL 13: what the last query of a function in SQL has must be of the function's type, and a literal is a text.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE other AS ENUM ('a'); CREATE TABLE t (c mood, d text, n int);

CREATE FUNCTION f1() RETURNS mood LANGUAGE sql AS 'SELECT ''x''';

CREATE FUNCTION f2() RETURNS mood LANGUAGE sql AS 'SELECT ''a''';

CREATE FUNCTION f3() RETURNS mood LANGUAGE sql AS 'SELECT ''a''::text';

CREATE FUNCTION f4() RETURNS mood LANGUAGE sql AS 'SELECT d FROM t';

CREATE FUNCTION f5() RETURNS mood LANGUAGE sql AS 'SELECT c FROM t';

CREATE FUNCTION f6() RETURNS text LANGUAGE sql AS 'SELECT c FROM t';

CREATE FUNCTION f7() RETURNS text LANGUAGE sql AS 'SELECT ''a''::mood';

CREATE FUNCTION f8() RETURNS mood LANGUAGE sql AS 'SELECT NULL';

CREATE FUNCTION f16() RETURNS mood LANGUAGE sql AS 'SELECT ''a''; ';

CREATE FUNCTION f19() RETURNS mood LANGUAGE sql AS 'INSERT INTO t VALUES (''a'') RETURNING c';

CREATE FUNCTION f23() RETURNS mood[] LANGUAGE sql AS 'SELECT ARRAY[''a'',''b'']';

CREATE FUNCTION f24() RETURNS mood[] LANGUAGE sql AS 'SELECT ARRAY[''a'']::text[]';

CREATE FUNCTION f27() RETURNS mood LANGUAGE sql AS 'SELECT CASE WHEN true THEN ''a'' ELSE ''b'' END';

CREATE FUNCTION f28() RETURNS mood LANGUAGE sql AS 'SELECT coalesce(''a'',''b'')';

CREATE FUNCTION f31(x text) RETURNS mood LANGUAGE sql AS 'SELECT x';

CREATE FUNCTION f32(x mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';

CREATE FUNCTION f33(x mood) RETURNS text LANGUAGE sql AS 'SELECT $1';

CREATE FUNCTION f34(x mood) RETURNS varchar LANGUAGE sql AS 'SELECT $1';

CREATE FUNCTION f36(x text) RETURNS mood LANGUAGE sql AS 'SELECT x::mood';

CREATE FUNCTION h1() RETURNS mood LANGUAGE sql AS $$ SELECT 'a'::mood; SELECT 'a'; $$;

CREATE FUNCTION h2() RETURNS mood LANGUAGE sql AS $$ SELECT 'a'; SELECT 'a'::mood; $$;

SET check_function_bodies = off;

CREATE FUNCTION h3() RETURNS mood LANGUAGE sql AS $$ SELECT 'a' $$;

RESET check_function_bodies;

CREATE FUNCTION h4() RETURNS mood LANGUAGE plpgsql AS $$ BEGIN RETURN 'a'; END $$;

CREATE FUNCTION to_mood(text) RETURNS mood LANGUAGE sql AS $$ SELECT $1::mood $$;

CREATE CAST (text AS mood) WITH FUNCTION to_mood(text) AS IMPLICIT;

CREATE FUNCTION h5() RETURNS mood LANGUAGE sql AS $$ SELECT d FROM t $$;

DROP FUNCTION to_mood(text);

DROP FUNCTION to_mood;

ALTER FUNCTION to_mood(text) RENAME TO moody;

DROP FUNCTION moody(text);

CREATE FUNCTION moody(text, int) RETURNS mood LANGUAGE sql AS $$ SELECT $1::mood $$;

DROP FUNCTION moody(text, int);

DROP FUNCTION moody(text) CASCADE;

CREATE FUNCTION h6() RETURNS mood LANGUAGE sql AS $$ SELECT d FROM t $$;

CREATE FUNCTION to_int(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE CAST (mood AS int) WITH FUNCTION to_int(mood);

DROP CAST (mood AS int);

DROP FUNCTION to_int(mood);
