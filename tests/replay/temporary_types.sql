-- Types of the session's own.
CREATE TYPE pg_temp.mood AS ENUM ('a');

ALTER TYPE mood ADD VALUE 'b';

CREATE TYPE mood AS ENUM ('c');

ALTER TYPE mood ADD VALUE 'd';

ALTER TYPE public.mood ADD VALUE 'e';

DROP TYPE mood;

ALTER TYPE mood ADD VALUE 'f';

SET search_path = pg_temp, public;

CREATE TYPE feeling AS ENUM ('a');

SET search_path = public;

ALTER TYPE feeling ADD VALUE 'b';

CREATE TEMP TABLE t (m mood);

DROP TYPE mood;

DROP TABLE t;

DROP TYPE mood;

CREATE TYPE mood AS ENUM ('x');

CREATE TEMPORARY TABLE mood (id int);

ALTER TYPE mood ADD VALUE 'y';

ALTER TYPE public.mood ADD VALUE 'z';

SET search_path = public, pg_temp;

ALTER TYPE mood ADD VALUE 'w';
