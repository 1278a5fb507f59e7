E
CREATE TYPE a AS ENUM ('x', 'x');
CREATE TYPE a AS ENUM ('x');
CREATE TYPE a AS ENUM ('y');
ALTER TYPE a ADD VALUE 'x';
ALTER TYPE a ADD VALUE 'z' AFTER 'nothing';
ALTER TYPE b ADD VALUE 'z';
ALTER TYPE a ADD VALUE 'a label that is longer than the sixty-three bytes which the server allows';
DROP TYPE c;
ALTER TYPE integer ADD VALUE 'x';
