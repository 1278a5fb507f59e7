-- DROP TYPE with several names is all or nothing.
CREATE TYPE a AS ENUM ('x');

CREATE TYPE b AS ENUM ('x');

CREATE TYPE c AS ENUM ('x');

DROP TYPE a, missing;

DROP TYPE IF EXISTS a, missing, nowhere.b;

DROP TYPE b, b;

CREATE TYPE b AS ENUM ('y');

CREATE TABLE t (c c);

DROP TYPE b, c;

DROP TYPE b, c CASCADE;

CREATE TYPE d AS ENUM ('x');

DROP TYPE d, _d;

CREATE TYPE d AS ENUM ('x');

DROP TYPE _d;

DROP TYPE _d CASCADE;

DROP TYPE IF EXISTS nowhere.d;

DROP TYPE nowhere.d;

DROP TYPE d RESTRICT;

DROP TYPE d;
