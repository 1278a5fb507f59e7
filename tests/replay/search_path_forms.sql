-- search_path in all its forms.
CREATE SCHEMA a;

CREATE SCHEMA b;

CREATE SCHEMA "C d";

SET search_path TO a, b;

CREATE TYPE one AS ENUM ('x');

SET SESSION search_path = b;

CREATE TYPE two AS ENUM ('x');

SET search_path = 'a', "b";

CREATE TYPE three AS ENUM ('x');

SET search_path = 'a, b';

CREATE TYPE four AS ENUM ('x');

SET search_path = "C d", 'a';

CREATE TYPE four AS ENUM ('x');

SET SCHEMA 'b';

CREATE TYPE five AS ENUM ('x');

RESET search_path;

CREATE TYPE six AS ENUM ('x');

SET SEARCH_PATH TO A;

CREATE TYPE seven AS ENUM ('x');

SET search_path TO DEFAULT;

CREATE TYPE eight AS ENUM ('x');

SET search_path = missing, a;

CREATE TYPE nine AS ENUM ('x');

SET search_path = '';

CREATE TYPE ten AS ENUM ('x');

ALTER TYPE nine ADD VALUE 'y';

SET "search_path" = "$user", b, public;

CREATE TYPE ten AS ENUM ('x');

ALTER TYPE eight ADD VALUE 'y';

ALTER TYPE one ADD VALUE 'y';

SET search_path = later, public;

CREATE TYPE eleven AS ENUM ('x');

CREATE SCHEMA later;

CREATE TYPE eleven AS ENUM ('y');

ALTER TYPE eleven ADD VALUE 'z';

RESET ALL;

ALTER TYPE eleven ADD VALUE 'w';

SET search_path = a;

DISCARD ALL;

ALTER TYPE seven ADD VALUE 'y';

SET SESSION SCHEMA 'a';

CREATE TYPE twelve AS ENUM ('x');

SET search_path TO 'A';

CREATE TYPE thirteen AS ENUM ('x');

SET search_path TO pg_catalog, b;

ALTER TYPE five ADD VALUE 'y';
