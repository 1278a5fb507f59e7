-- After an error, nothing counts until the end.
CREATE TYPE mood AS ENUM ('a');

BEGIN;

ALTER TYPE mood ADD VALUE 'b';

ALTER TYPE mood ADD VALUE 'b';

ALTER TYPE mood ADD VALUE 'c';

SET search_path = nowhere;

CREATE TABLE t (id int);

COMMIT;

CREATE TYPE t AS ENUM ('x');

BEGIN;

SET search_path = nowhere;

CREATE TYPE u AS ENUM ('x');

ROLLBACK;

CREATE TYPE u AS ENUM ('x');

BEGIN;

SAVEPOINT s;

SET search_path = nowhere;

CREATE TYPE v AS ENUM ('x');

ROLLBACK TO SAVEPOINT s;

CREATE TYPE v AS ENUM ('x');

COMMIT;

BEGIN;

CREATE SCHEMA app;

CREATE TYPE app.mood AS ENUM ('x');

DO $$ BEGIN RAISE EXCEPTION 'stop'; END $$;

DROP TYPE mood;

COMMIT AND CHAIN;

CREATE TYPE w AS ENUM ('x');

COMMIT;

CREATE TYPE app.mood AS ENUM ('y');

BEGIN;

ROLLBACK TO SAVEPOINT s;

CREATE TYPE x AS ENUM ('y');

END;
