-- Domains and ranges over enums.
CREATE TYPE mood AS ENUM ('a', 'b');

CREATE DOMAIN good AS mood CHECK (VALUE <> 'b');

CREATE DOMAIN better AS good;

CREATE DOMAIN many AS mood[];

DROP TYPE mood;

CREATE TABLE t (g good, b better[]);

DROP DOMAIN good;

DROP DOMAIN better, good;

DROP TABLE t;

DROP DOMAIN better, good;

DROP DOMAIN mood;

DROP TYPE many;

CREATE TYPE span AS RANGE (subtype = mood);

DROP TYPE mood;

ALTER TYPE span RENAME TO moods;

CREATE TABLE t (s moods);

DROP TYPE moods;

DROP TYPE mood CASCADE;

CREATE TYPE moods AS ENUM ('x');

CREATE DOMAIN moods AS text;

CREATE DOMAIN d AS text;

CREATE TYPE d AS ENUM ('x');

ALTER TYPE d ADD VALUE 'x';

ALTER DOMAIN d RENAME TO e;

CREATE TYPE d AS ENUM ('x');

ALTER DOMAIN e SET SCHEMA public;

CREATE SCHEMA app;

ALTER DOMAIN e SET SCHEMA app;

CREATE TYPE e AS ENUM ('y');

CREATE DOMAIN f AS e DEFAULT 'y';

CREATE TABLE u (f f);

DROP TYPE e CASCADE;

CREATE TYPE f AS ENUM ('z');
