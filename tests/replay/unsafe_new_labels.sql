-- A label that the transaction adds cannot be used before it ends.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE t (m mood);

BEGIN;

ALTER TYPE mood ADD VALUE 'b';

ALTER TABLE t ALTER COLUMN m SET DEFAULT 'b';

COMMIT;

BEGIN;

ALTER TYPE mood ADD VALUE 'b';

COMMIT;

ALTER TABLE t ALTER COLUMN m SET DEFAULT 'b';

BEGIN;

ALTER TYPE mood ADD VALUE 'c';

ALTER TYPE mood RENAME VALUE 'c' TO 'd';

CREATE TABLE u (m mood DEFAULT 'a');

CREATE TABLE v (m mood DEFAULT 'd');

ROLLBACK;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'e';
  PERFORM enum_range(NULL::mood);
EXCEPTION WHEN unsafe_new_enum_value_usage THEN
  ALTER TYPE mood ADD VALUE 'f';
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'g';
  PERFORM 'g'::mood;
END $$;

DO $$ BEGIN
  ALTER TYPE mood ADD VALUE 'g';
  IF EXISTS (SELECT 1 FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = 'g') THEN
    ALTER TYPE mood ADD VALUE 'h' BEFORE 'g';
  END IF;
END $$;
