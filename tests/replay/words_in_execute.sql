-- A word that begins no statement is a syntax error where EXECUTE runs it, which a handler can catch.
CREATE TYPE mood AS ENUM ('a');

DO $$ BEGIN ALTER TYPE mood ADD VALUE 'b'; EXECUTE 'FROBNICATE mood'; END $$;

DO $$ BEGIN EXECUTE 'FROBNICATE mood'; EXCEPTION WHEN syntax_error THEN ALTER TYPE mood ADD VALUE 'c'; END $$;

DO $$ BEGIN EXECUTE 'CREATE TYP other AS ENUM (''a'')'; EXCEPTION WHEN undefined_object THEN ALTER TYPE mood ADD VALUE 'd'; END $$;

DO $$ BEGIN EXECUTE 'ALTER TABLES t ADD x int'; EXCEPTION WHEN OTHERS THEN ALTER TYPE mood ADD VALUE 'e'; END $$;
