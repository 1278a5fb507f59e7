-- From PostgreSQL 14: the server reads a body in SQL when it makes the function, unless a setting says otherwise.
CREATE TYPE mood AS ENUM ('a', 'b');

SET check_function_bodies = off;

CREATE FUNCTION f1() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

SET check_function_bodies TO on;

CREATE FUNCTION f2() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

SET check_function_bodies = 'false';

CREATE FUNCTION f3() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

CREATE FUNCTION f4() RETURNS bool LANGUAGE sql RETURN 'b'::mood = 'a';

RESET check_function_bodies;

CREATE FUNCTION f5() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

BEGIN; SET LOCAL check_function_bodies = 0; ALTER TYPE mood ADD VALUE 'c';

CREATE FUNCTION f6() RETURNS mood LANGUAGE sql AS $$ SELECT 'c'::mood $$;

COMMIT;

BEGIN; ALTER TYPE mood ADD VALUE 'd';

CREATE FUNCTION f7() RETURNS mood LANGUAGE sql AS $$ SELECT 'd'::mood $$;

ROLLBACK;

SELECT set_config('check_function_bodies', 'off', false);

CREATE FUNCTION f8() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

BEGIN; SET check_function_bodies = on;

ROLLBACK;

CREATE FUNCTION f9() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

SET check_function_bodies TO DEFAULT;

CREATE FUNCTION f10() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;

CREATE FUNCTION f11() RETURNS bool LANGUAGE sql SET check_function_bodies = off AS $$ SELECT 'no'::mood = 'a' $$;

SET check_function_bodies = off;

RESET ALL;

CREATE FUNCTION f12() RETURNS bool LANGUAGE sql AS $$ SELECT 'no'::mood = 'a' $$;
