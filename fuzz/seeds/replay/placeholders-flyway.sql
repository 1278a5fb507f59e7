B
CREATE SCHEMA ${schema};
CREATE TYPE ${schema}.mood AS ENUM ('a', '${label}', 'b${x}');
CREATE TYPE "${quoted}" AS ENUM ('a');
SET search_path = ${schema};
DO $$ BEGIN EXECUTE 'ALTER TYPE ${schema}.mood ADD VALUE ''c'''; END $$;
ALTER TYPE mood ADD VALUE 'd';
${statement};
