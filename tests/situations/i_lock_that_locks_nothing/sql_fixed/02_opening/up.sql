SELECT pg_advisory_xact_lock(hashtextextended('opening', 0));
DO $$ BEGIN
  IF to_regtype('opening') IS NULL THEN
    CREATE TYPE opening AS ENUM ('day', 'night');
  END IF;
END $$;
