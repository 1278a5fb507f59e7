-- A shell type holds the name until it is filled in.
CREATE TYPE mood;

CREATE TYPE mood;

ALTER TYPE mood ADD VALUE 'a';

CREATE TYPE mood AS ENUM ('a');

ALTER TYPE mood ADD VALUE 'b';

CREATE TYPE other;

DROP TYPE other;

CREATE TYPE other AS ENUM ('a');

CREATE TYPE third;

CREATE DOMAIN third AS text;

CREATE TYPE fourth;

CREATE TYPE fourth AS (a mood);

DROP TYPE mood;
