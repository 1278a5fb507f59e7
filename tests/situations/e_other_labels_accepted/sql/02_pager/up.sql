DO $$ BEGIN
  IF to_regtype('channel') IS NULL THEN
    CREATE TYPE channel AS ENUM ('mail', 'letter', 'pager');
  END IF;
END $$;
