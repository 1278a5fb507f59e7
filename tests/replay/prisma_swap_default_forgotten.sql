-- Without DROP DEFAULT, the old label's default is in the way.
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

CREATE TABLE "User" ("id" int, "role" "Role" NOT NULL DEFAULT 'USER');

BEGIN;

CREATE TYPE "Role_new" AS ENUM ('ADMIN');

ALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");

ALTER TYPE "Role" RENAME TO "Role_old";

ALTER TYPE "Role_new" RENAME TO "Role";

DROP TYPE "Role_old";

COMMIT;
