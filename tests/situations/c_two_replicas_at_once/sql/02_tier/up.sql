DO $$ BEGIN
  CREATE TYPE tier AS ENUM ('free', 'paid');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
