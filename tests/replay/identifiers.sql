-- Names quoted, folded, escaped.
CREATE TYPE Mood AS ENUM ('a');

CREATE TYPE "Mood" AS ENUM ('a');

ALTER TYPE MOOD ADD VALUE 'b';

ALTER TYPE "Mood" ADD VALUE 'B';

CREATE TYPE U&"d\0061ta" AS ENUM ('a');

ALTER TYPE data ADD VALUE 'b';

CREATE TYPE U&"!0441!043B!043E!043D" UESCAPE '!' AS ENUM ('a');

ALTER TYPE слон ADD VALUE 'b';

CREATE TYPE СЛОН AS ENUM ('other');

CREATE TYPE ÉTAT AS ENUM ('a');

ALTER TYPE état ADD VALUE 'b';

ALTER TYPE "ÉTAT" ADD VALUE 'c';

CREATE TYPE "with ""quotes"" and . dots" AS ENUM ('a');

ALTER TYPE "with ""quotes"" and . dots" RENAME TO "a b";

CREATE TYPE _under$score AS ENUM ('a');

ALTER TYPE public . _under$score ADD VALUE 'b';

ALTER TYPE "public"."Mood" RENAME TO mood2;

CREATE TYPE "type" AS ENUM ('a');

CREATE TYPE type AS ENUM ('a');

CREATE TYPE "enum" AS ENUM ('a');

CREATE TYPE value AS ENUM ('a');

ALTER TYPE value ADD VALUE 'value';

CREATE TYPE users AS ENUM ('a');

CREATE TYPE "user" AS ENUM ('a');
