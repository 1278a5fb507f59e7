-- An enum may have no labels.
CREATE TYPE mood AS ENUM ();

ALTER TYPE mood ADD VALUE 'a' BEFORE 'b';

ALTER TYPE mood ADD VALUE 'a';

ALTER TYPE mood ADD VALUE 'b' BEFORE 'a';

CREATE TYPE nothing AS ENUM ( /* 'a' */ );
