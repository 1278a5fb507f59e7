-- Names are cut to 63 bytes in every statement.
CREATE TYPE mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa AS ENUM ('a');

ALTER TYPE mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXXXX ADD VALUE 'b';

ALTER TYPE "mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXXXX" RENAME VALUE 'b' TO 'c';

CREATE TYPE mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaYYYY AS ENUM ('a');

CREATE SCHEMA app_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;

ALTER TYPE mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa SET SCHEMA app_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZZZ;

SET search_path = app_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaWWWW, public;

CREATE TYPE here AS ENUM ('x');

ALTER TYPE here RENAME TO ääääääääääääääääääääääääääääääääääääääää;

SELECT set_config('search_path', 'public, app_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaWWWW', false);

CREATE TYPE there AS ENUM ('x');

DROP TYPE IF EXISTS public."ääääääääääääääääääääääääääääääääXXX", mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaVVVV;

DO $$ BEGIN
  IF to_regtype('mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXXXX') IS NULL THEN
    CREATE TYPE mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa AS ENUM ('again');
  END IF;
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXXXX'::name) THEN
    CREATE TYPE never AS ENUM ();
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE typname = 'mood_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaXXXX') THEN
    CREATE TYPE cut AS ENUM ();
  END IF;
END $$;
