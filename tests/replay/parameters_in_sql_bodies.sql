-- From PostgreSQL 14: a function's parameters in its body in SQL, by name, by number and behind the function's name.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE other AS ENUM ('a'); CREATE TABLE t (m mood, x text);

CREATE FUNCTION f1(x mood) RETURNS bool LANGUAGE sql AS $$ SELECT $1 = 'no' $$;

CREATE FUNCTION f2(x mood) RETURNS bool LANGUAGE sql AS $$ SELECT x = 'no' $$;

CREATE FUNCTION f3(x mood) RETURNS bool LANGUAGE sql AS $$ SELECT x = 'b' AND $1 <> 'a' AND f3.x = 'b' $$;

CREATE FUNCTION f4(x mood) RETURNS bool LANGUAGE sql AS $$ SELECT f4.x IN ('a', 'no') $$;

CREATE FUNCTION f5(x mood) RETURNS text LANGUAGE sql AS $$ SELECT CASE x WHEN 'no' THEN 'k' ELSE 'l' END $$;

CREATE FUNCTION f6(x mood) RETURNS SETOF t LANGUAGE sql AS $$ SELECT * FROM t WHERE x = 'no' $$;

CREATE FUNCTION f7(y text) RETURNS SETOF t LANGUAGE sql AS $$ SELECT * FROM t WHERE m = y $$;

CREATE FUNCTION f8(y text) RETURNS void LANGUAGE sql AS $$ INSERT INTO t (m) VALUES (y) $$;

CREATE FUNCTION f9(text) RETURNS void LANGUAGE sql AS $$ INSERT INTO t (m) VALUES ($1) $$;

CREATE FUNCTION f10(y mood) RETURNS void LANGUAGE sql AS $$ INSERT INTO t (m) VALUES (y); UPDATE t SET m = $1 $$;

CREATE FUNCTION f11(a int, y mood[]) RETURNS bool LANGUAGE sql AS $$ SELECT 'no' = ANY (y) $$;

CREATE FUNCTION f12(OUT o mood, y mood) RETURNS mood LANGUAGE sql AS $$ SELECT y WHERE y <> 'no' $$;

CREATE FUNCTION f13(other, mood) RETURNS bool LANGUAGE sql AS $$ SELECT $1 = $2 $$;

CREATE FUNCTION f14(m mood) RETURNS SETOF t LANGUAGE sql AS $$ SELECT * FROM t WHERE m = 'no' $$;

CREATE FUNCTION f15(y mood) RETURNS bool LANGUAGE sql RETURN y = 'no';

CREATE FUNCTION f16(y mood) RETURNS bool LANGUAGE sql BEGIN ATOMIC SELECT y = 'no'; END;

CREATE PROCEDURE p1(y text) LANGUAGE sql AS $$ UPDATE t SET m = y $$;

BEGIN; ALTER TYPE mood ADD VALUE 'c';

CREATE FUNCTION f17(x mood) RETURNS bool LANGUAGE sql AS $$ SELECT x = 'c' $$;

ROLLBACK;

CREATE FUNCTION f18(y mood, VARIADIC z mood[]) RETURNS bool LANGUAGE sql AS $$ SELECT y = ANY (z) AND 'no' = ANY (z) $$;
