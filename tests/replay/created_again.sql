-- A name that is free again is another type's.
CREATE TYPE mood AS ENUM ('a', 'b');

CREATE TYPE mood AS ENUM ('c');

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('c');

ALTER TYPE mood RENAME TO mood_old;

CREATE TYPE mood AS ENUM ('d');

ALTER TYPE mood_old ADD VALUE 'e';

ALTER TYPE mood_old RENAME TO mood;

DROP TYPE mood_old;

ALTER TYPE mood_old ADD VALUE 'f';

ALTER TYPE mood RENAME TO mood;

ALTER TYPE mood RENAME TO "Mood";

ALTER TYPE mood ADD VALUE 'x';
