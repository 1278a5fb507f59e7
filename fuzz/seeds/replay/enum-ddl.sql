E
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
ALTER TYPE mood ADD VALUE 'calm' AFTER 'ok';
ALTER TYPE mood RENAME VALUE 'happy' TO 'glad';
--//
ALTER TYPE mood RENAME TO feeling;
COMMENT ON TYPE feeling IS 'how it is';
DROP TYPE IF EXISTS mood, feeling CASCADE;
