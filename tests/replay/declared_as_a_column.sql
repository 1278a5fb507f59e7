-- A variable of a column's type takes what the column takes.
CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (c mood, d mood[], n int);

DO $$ DECLARE v t.c%TYPE := 'b'; BEGIN END $$;

DO $$ DECLARE v t.c%TYPE := 'a'; BEGIN END $$;

DO $$ DECLARE v public.t.c%TYPE := 'b'; BEGIN END $$;

DO $$ DECLARE v t.d%TYPE := '{a}'; w t.n%TYPE := 1; BEGIN END $$;

DO $$ DECLARE v t.d%TYPE := '{b}'; BEGIN END $$;

DO $$ DECLARE v t.c%TYPE := 'b'; BEGIN CREATE TYPE x AS ENUM ('a'); EXCEPTION WHEN OTHERS THEN CREATE TYPE y AS ENUM ('a'); END $$;

DO $$ BEGIN DECLARE v t.c%TYPE := 'b'; BEGIN CREATE TYPE x AS ENUM ('a'); END; EXCEPTION WHEN OTHERS THEN CREATE TYPE y AS ENUM ('a'); END $$;
