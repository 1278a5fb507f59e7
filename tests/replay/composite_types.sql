-- Composite types over enums.
CREATE TYPE mood AS ENUM ('sad');

CREATE TYPE pair AS (a mood, b text);

DROP TYPE mood;

ALTER TYPE pair ADD VALUE 'x';

ALTER TYPE pair DROP ATTRIBUTE a;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('sad');

ALTER TYPE pair ADD ATTRIBUTE c mood[];

DROP TYPE mood;

ALTER TYPE pair RENAME ATTRIBUTE c TO d;

ALTER TYPE pair ALTER ATTRIBUTE d TYPE text;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('ok');

ALTER TYPE pair ALTER ATTRIBUTE b TYPE mood;

CREATE TYPE pair AS ENUM ('a');

CREATE TYPE trio AS (p pair);

DROP TYPE pair;

DROP TYPE mood, pair, trio;

CREATE TYPE empty AS ();

ALTER TYPE empty RENAME TO hollow;

CREATE TYPE empty AS ENUM ('a');

CREATE TYPE late AS (a hollow, b empty);

DROP TYPE empty CASCADE;

ALTER TYPE late RENAME TO empty;
