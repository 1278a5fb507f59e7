-- Rows of pg_enum written by hand.
CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd');

CREATE TYPE other AS ENUM ('a', 'b');

DELETE FROM pg_enum WHERE enumlabel = 'b' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'mood');

UPDATE pg_enum SET enumlabel = 'C' WHERE enumlabel = 'c' AND enumtypid = 'mood'::regtype;

DELETE FROM pg_catalog.pg_enum e USING pg_type t WHERE t.oid = e.enumtypid AND t.typname = 'other' AND e.enumlabel = 'a';

UPDATE pg_catalog.pg_enum AS e SET enumlabel = 'B' FROM pg_catalog.pg_type t WHERE e.enumtypid = t.oid AND t.typname = 'other' AND e.enumlabel = 'b';

UPDATE pg_enum SET enumlabel = 'A' WHERE enumlabel = 'missing';

UPDATE pg_enum SET enumlabel = 'd' WHERE enumlabel = 'a' AND enumtypid = 'public.mood'::regtype::oid;

DELETE FROM pg_enum WHERE enumtypid = (SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND n.nspname = 'public') AND enumlabel IN ('a', 'zz');

DO $$ BEGIN
  DELETE FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = ANY (ARRAY['d']);
END $$;

ALTER TYPE mood ADD VALUE 'a';

ALTER TYPE mood ADD VALUE 'C';

UPDATE pg_enum SET enumlabel = '0123456789012345678901234567890123456789012345678901234567890123456789' WHERE enumlabel = 'B' AND enumtypid = 'other'::regtype;

DELETE FROM pg_enum WHERE enumtypid = 'gone'::regtype;
