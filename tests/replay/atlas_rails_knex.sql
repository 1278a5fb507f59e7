-- Atlas
CREATE TYPE "public"."level" AS ENUM ('low', 'high');

-- Add value to enum type: "level"
ALTER TYPE "public"."level" ADD VALUE 'mid' AFTER 'low';

-- Drop enum type "level"
DROP TYPE "public"."level";

-- Rails: create_enum
DO $$
  BEGIN
      IF NOT EXISTS (
        SELECT 1
        FROM pg_type t
        JOIN pg_namespace n ON t.typnamespace = n.oid
        WHERE t.typname = 'level'
          AND n.nspname = ANY (current_schemas(false))
      ) THEN
          CREATE TYPE "level" AS ENUM ('low', 'high');
      END IF;
  END
$$;

ALTER TYPE "level" ADD VALUE IF NOT EXISTS 'max' AFTER 'high';

ALTER TYPE "level" RENAME VALUE 'max' TO 'top';

-- Knex
create type "kind" as enum ('x', 'y');

create table "things" ("id" serial primary key, "kind" "kind" not null default 'x');

alter table "things" add column "level" "level" null;

drop type "kind";

drop table "things";

drop type "kind";

-- An enum that is a constraint is none.
create table "checked" ("id" serial primary key, "level" text check ("level" in ('low', 'high')));

ALTER TABLE "checked" DROP CONSTRAINT IF EXISTS "checked_level_check", ADD CONSTRAINT "checked_level_check" CHECK ("level" = ANY (ARRAY['low'::text, 'top'::text]));

DROP TYPE IF EXISTS "level";
