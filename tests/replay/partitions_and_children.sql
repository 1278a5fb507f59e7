-- Tables that follow another.
CREATE TYPE mood AS ENUM ('a');

CREATE TABLE p (m mood NOT NULL, n int) PARTITION BY LIST (m);

CREATE TABLE p_a PARTITION OF p FOR VALUES IN ('a');

DROP TYPE mood;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_tables WHERE tablename = 'p') THEN CREATE TYPE seen AS ENUM ('p'); END IF;
END $$;

DROP TABLE p;

DROP TYPE mood;

CREATE TYPE p_a AS ENUM ('x');

CREATE TYPE mood AS ENUM ('b');

CREATE TABLE parent (m mood);

CREATE TABLE child (n int) INHERITS (parent);

ALTER TABLE parent ALTER COLUMN m TYPE text;

DROP TYPE mood;
