-- A table goes as a whole where the type of a column goes by which it is divided, and its partitions with it.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE other AS ENUM ('a');

CREATE TABLE p (m mood, o other) PARTITION BY LIST (m);

CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a') PARTITION BY LIST (o);

CREATE TABLE p2 PARTITION OF p1 DEFAULT;

CREATE TABLE q (n int, m mood) PARTITION BY RANGE (n);

DROP TYPE mood CASCADE;

CREATE TABLE p (x other);

CREATE TABLE p1 (x other);

CREATE TABLE p2 (x other);

CREATE TABLE q (x other);

ALTER TABLE q ADD COLUMN m other;
