-- The array type's name makes way, or stands in it.
CREATE TYPE mood AS ENUM ('a');

CREATE TYPE _mood AS ENUM ('b');

CREATE TYPE _mood AS ENUM ('c');

ALTER TYPE __mood ADD VALUE 'x';

ALTER TYPE _mood RENAME TO feeling;

CREATE TYPE _mood AS ENUM ('d');

DROP TYPE mood;

ALTER TYPE _mood RENAME TO mood;

ALTER TYPE _mood ADD VALUE 'x';

CREATE TABLE _mood (id int);

ALTER TYPE _mood RENAME TO x;

ALTER TABLE _mood RENAME TO mood;

ALTER TABLE _mood RENAME TO tables;

ALTER TYPE tables RENAME TO x;

CREATE TYPE _tables AS ENUM ('e');

ALTER TABLE tables RENAME TO _feeling;

CREATE TYPE tables AS ENUM ('f');

ALTER TYPE tables RENAME TO _tables_;

ALTER TYPE _tables RENAME TO tables_;
