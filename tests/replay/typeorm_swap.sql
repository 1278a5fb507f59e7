-- The old type is renamed, the new one takes its name.
CREATE TYPE "public"."user_role_enum" AS ENUM('admin', 'user');

CREATE TABLE "user" ("id" SERIAL NOT NULL, "role" "public"."user_role_enum" NOT NULL DEFAULT 'user', "tags" "public"."user_role_enum" array NOT NULL DEFAULT '{}', CONSTRAINT "PK_user" PRIMARY KEY ("id"));

ALTER TYPE "public"."user_role_enum" RENAME TO "user_role_enum_old";

CREATE TYPE "public"."user_role_enum" AS ENUM('admin', 'user', 'ghost');

ALTER TABLE "user" ALTER COLUMN "role" DROP DEFAULT;

ALTER TABLE "user" ALTER COLUMN "role" TYPE "public"."user_role_enum" USING "role"::"text"::"public"."user_role_enum";

ALTER TABLE "user" ALTER COLUMN "role" SET DEFAULT 'user';

DROP TYPE "public"."user_role_enum_old";

ALTER TABLE "user" ALTER COLUMN "tags" DROP DEFAULT;

ALTER TABLE "user" ALTER COLUMN "tags" TYPE "public"."user_role_enum"[] USING "tags"::"text"::"public"."user_role_enum"[];

DROP TYPE "public"."user_role_enum_old";

CREATE TYPE "public"."user_role_enum_old" AS ENUM('admin');

DROP TYPE "public"."user_role_enum_old";
