-- SET LOCAL lasts as long as the transaction.
CREATE SCHEMA a;

SET LOCAL search_path = a;

CREATE TYPE one AS ENUM ('x');

BEGIN;

SET LOCAL search_path = a, public;

CREATE TYPE two AS ENUM ('x');

COMMIT;

CREATE TYPE three AS ENUM ('x');

BEGIN;

SET search_path = a;

ROLLBACK;

CREATE TYPE four AS ENUM ('x');

BEGIN;

SET LOCAL search_path = public;

SET search_path = a;

CREATE TYPE five AS ENUM ('x');

SET LOCAL search_path = public;

CREATE TYPE six AS ENUM ('x');

SAVEPOINT s;

SET LOCAL search_path = a;

ROLLBACK TO s;

CREATE TYPE seven AS ENUM ('x');

SET LOCAL search_path TO DEFAULT;

CREATE TYPE eight AS ENUM ('x');

COMMIT;

CREATE TYPE nine AS ENUM ('x');

BEGIN;

RESET search_path;

CREATE TYPE ten AS ENUM ('x');

ROLLBACK;

CREATE TYPE eleven AS ENUM ('x');

BEGIN;

SAVEPOINT s;

SET search_path = public;

RELEASE s;

COMMIT;

CREATE TYPE twelve AS ENUM ('x');

BEGIN;

SET LOCAL SCHEMA 'a';

CREATE TYPE thirteen AS ENUM ('x');

COMMIT;

CREATE TYPE fourteen AS ENUM ('x');
