-- A default that is turned into text still needs its type.
CREATE TYPE mood AS ENUM ('a', 'b');

CREATE TABLE t (m mood DEFAULT 'a', n mood);

ALTER TABLE t ALTER COLUMN m TYPE text, ALTER COLUMN n TYPE varchar(20);

DROP TYPE mood;

ALTER TABLE t ALTER COLUMN m DROP DEFAULT;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('b');

ALTER TABLE t ALTER COLUMN m SET DEFAULT 'b'::mood::text;

DROP TYPE mood;

ALTER TABLE t ALTER m SET DEFAULT 'c';

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('d');

ALTER TABLE t ADD COLUMN o mood DEFAULT 'd'::mood;

ALTER TABLE t ALTER COLUMN o TYPE text USING o::text;

DROP TYPE mood;

DROP TYPE mood CASCADE;
