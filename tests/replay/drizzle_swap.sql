-- Columns go to text and back.
DO $$ BEGIN
 CREATE TYPE "public"."status" AS ENUM('draft', 'live');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;

DO $$ BEGIN
 CREATE TYPE "public"."status" AS ENUM('other');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;

CREATE TABLE IF NOT EXISTS "posts" ("id" serial PRIMARY KEY NOT NULL, "status" "status" DEFAULT 'draft' NOT NULL);

CREATE TABLE "pages" ("id" serial PRIMARY KEY NOT NULL, "status" "public"."status");

ALTER TABLE "posts" ALTER COLUMN "status" SET DATA TYPE text;

ALTER TABLE "posts" ALTER COLUMN "status" SET DEFAULT 'draft'::text;

ALTER TABLE "pages" ALTER COLUMN "status" SET DATA TYPE text;

DROP TYPE "public"."status";

CREATE TYPE "public"."status" AS ENUM('draft', 'hidden');

ALTER TABLE "posts" ALTER COLUMN "status" SET DEFAULT 'draft'::"public"."status";

ALTER TABLE "posts" ALTER COLUMN "status" SET DATA TYPE "public"."status" USING "status"::"public"."status";

ALTER TABLE "pages" ALTER COLUMN "status" SET DATA TYPE "public"."status" USING "status"::"public"."status";

ALTER TYPE "public"."status" ADD VALUE 'archived' BEFORE 'hidden';
