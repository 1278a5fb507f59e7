E
CREATE TYPE "Mood" AS ENUM ('a'); CREATE TYPE mood AS ENUM ('a'); CREATE TYPE _mood AS ENUM ('a');
CREATE TYPE __mood AS ENUM ('a'); CREATE TYPE U&"m\00f6\00f6d" AS ENUM ('a');
CREATE TYPE "a""b.c" AS ENUM ('quote''d', E'back\\slash', $$dollar$$, U&'\0061', 'ü');
CREATE TYPE a_name_that_is_longer_than_the_sixty_three_bytes_which_the_server_keeps AS ENUM ('a');
CREATE TABLE "Mood" (a int);
ALTER TYPE mood RENAME TO "_Mood"; ALTER TYPE public."Mood" RENAME TO mood;
CREATE TYPE interval AS ENUM ('a'); CREATE TYPE public.interval AS ENUM ('a');
CREATE TYPE db.public.x AS ENUM ('a'); CREATE TYPE pg_temp.x AS ENUM ('a');
