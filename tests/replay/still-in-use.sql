-- A column keeps its type from being dropped, until it has another.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE people (id integer, moods mood[]);

DROP TYPE mood;

ALTER TABLE people ALTER COLUMN moods TYPE text[];

DROP TYPE mood;
