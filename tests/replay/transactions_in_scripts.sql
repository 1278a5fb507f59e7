-- Settings and types across transactions that fail halfway.
CREATE SCHEMA app;

SET search_path = app;

BEGIN;

SET search_path = public;

CREATE TYPE mood AS ENUM ('a');

SAVEPOINT one;

ALTER TYPE mood ADD VALUE 'b';

SAVEPOINT two;

DROP TYPE mood;

ROLLBACK TO SAVEPOINT two;

ALTER TYPE mood ADD VALUE 'c';

RELEASE SAVEPOINT one;

COMMIT;

ALTER TYPE mood ADD VALUE 'd' BEFORE 'c';

BEGIN;

ALTER TYPE mood SET SCHEMA app;

ALTER TYPE app.mood RENAME TO feeling;

ALTER TYPE app.feeling RENAME VALUE 'a' TO 'A';

ROLLBACK;

ALTER TYPE mood ADD VALUE 'e' AFTER 'a';

BEGIN;

ALTER SCHEMA app RENAME TO app2;

CREATE TYPE app2.x AS ENUM ();

DROP SCHEMA app2 CASCADE;

ROLLBACK;

CREATE TYPE app.x AS ENUM ('1');
