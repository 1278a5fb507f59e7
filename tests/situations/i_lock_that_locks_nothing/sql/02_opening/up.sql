SELECT pg_advisory_xact_lock((random() * 1000000)::bigint);
DO $$ BEGIN
  IF to_regtype('opening') IS NULL THEN
    CREATE TYPE opening AS ENUM ('day', 'night');
  END IF;
END $$;
