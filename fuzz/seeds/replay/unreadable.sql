K
CREATE TYPE AS ENUM;
CREATE TYPE a AS ENUM ('x';
ALTER TYPE a ADD VALUE;
DO $$ BEGIN IF THEN CREATE TYPE b AS ENUM ('a'); END $$;
DO $$ not a block $$;
gibberish;
SELECT (1; /* never closed
