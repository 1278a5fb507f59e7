K
-- pg-enum: assume CREATE TYPE mood AS ENUM ('a');
SELECT make_mood();
-- pg-enum: assume nothing
DROP OWNED BY joe;
/* pg-enum: assume ALTER TYPE mood ADD VALUE 'b'; ALTER TYPE mood ADD VALUE 'c' */
DO $$ BEGIN EXECUTE f(); END $$;
-- pg-enum: whatever
SELECT 1;
-- pg-enum: assume DROP TYPE missing;
