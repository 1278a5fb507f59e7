-- AlterEnum in a transaction of its own, with a default.
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');

CREATE TABLE "User" (
    "id" SERIAL NOT NULL,
    "role" "Role" NOT NULL DEFAULT 'USER',
    "roles" "Role"[] DEFAULT ARRAY[]::"Role"[],
    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

BEGIN;

CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN', 'OWNER');

ALTER TABLE "User" ALTER COLUMN "role" DROP DEFAULT;

ALTER TABLE "User" ALTER COLUMN "roles" DROP DEFAULT;

ALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");

ALTER TABLE "User" ALTER COLUMN "roles" TYPE "Role_new"[] USING ("roles"::text::"Role_new"[]);

ALTER TYPE "Role" RENAME TO "Role_old";

ALTER TYPE "Role_new" RENAME TO "Role";

DROP TYPE "public"."Role_old";

ALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'OWNER';

COMMIT;

-- DropEnum, with the column first
ALTER TABLE "User" DROP COLUMN "role",
DROP COLUMN "roles";

DROP TYPE "Role";
