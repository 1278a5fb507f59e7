-- Columns keep a type, and tables share names with types.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE t (id int, m mood, ms mood[] NOT NULL, "M" public.mood ARRAY);

DROP TYPE mood;

ALTER TABLE t DROP COLUMN m, DROP ms;

DROP TYPE mood;

ALTER TABLE t RENAME COLUMN "M" TO n;

DROP TYPE mood;

ALTER TABLE t ALTER n TYPE text[];

DROP TYPE mood;

CREATE TABLE u (m mood);

CREATE TYPE t AS ENUM ('a');

CREATE TYPE mood AS ENUM ('b');

ALTER TABLE t ADD COLUMN m mood DEFAULT 'b', ADD COLUMN IF NOT EXISTS ms mood[];

ALTER TABLE t ADD COLUMN x mood DEFAULT 'wrong';

CREATE TABLE mood (id int);

CREATE TABLE IF NOT EXISTS mood (id int);

ALTER TABLE t RENAME TO mood;

CREATE VIEW mood AS SELECT 1;

ALTER TYPE t ADD VALUE 'x';

DROP TYPE t;

ALTER TYPE mood RENAME TO t;

DROP TABLE IF EXISTS t;

ALTER TYPE mood RENAME TO t;

DROP TYPE t;

CREATE TYPE mood AS ENUM ('c');

CREATE TABLE t (m mood);

DROP TYPE mood CASCADE;

ALTER TABLE t ADD COLUMN m text;

CREATE TYPE mood AS ENUM ('d');

BEGIN;

CREATE TABLE v (m mood);

ROLLBACK;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('e');

CREATE TABLE a (m mood);

CREATE TABLE b (LIKE a);

DROP TABLE a;

DROP TYPE mood;

DROP TABLE b;

DROP TYPE mood;
