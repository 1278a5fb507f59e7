-- Renamed with two underscores, created, converted, dropped.
CREATE TYPE "public"."state" AS ENUM ('on', 'off');

CREATE TABLE "public"."lamp" ("id" integer, "state" state DEFAULT 'off'::state);

alter table "public"."lamp" alter column "state" drop default;

alter type "public"."state" rename to "state__old_version_to_be_dropped";

create type "public"."state" as enum ('on', 'off', 'dim');

alter table "public"."lamp" alter column state type "public"."state" using state::text::"public"."state";

alter table "public"."lamp" alter column "state" set default 'off'::state;

drop type "public"."state__old_version_to_be_dropped";
