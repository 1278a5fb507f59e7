DO $$ BEGIN
  CREATE TYPE tier AS ENUM ('free', 'paid');
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
