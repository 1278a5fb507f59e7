-- Backslashes in strings without a prefix are what standard_conforming_strings says.
CREATE TYPE mood AS ENUM ('a\', 'b');

SET standard_conforming_strings = off;

ALTER TYPE mood ADD VALUE 'it\'s; --';

ALTER TYPE mood ADD VALUE '\\';

ALTER TYPE mood ADD VALUE 'A\x42\103\u0044\U00000045\t\q';

SELECT '\''; ALTER TYPE mood ADD VALUE 'c'; --';

ALTER TYPE mood RENAME VALUE 'a\\' TO '\'a'
'b\'';

DO 'BEGIN ALTER TYPE mood ADD VALUE ''\\''d''; END';

DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''\\''e'''; END $$;

SET SESSION standard_conforming_strings TO TRUE;

ALTER TYPE mood ADD VALUE 'f\';

BEGIN;

SET LOCAL standard_conforming_strings = 'of';

ALTER TYPE mood ADD VALUE 'g\'';

COMMIT;

ALTER TYPE mood ADD VALUE 'h\';

BEGIN;

SET standard_conforming_strings = 0;

ROLLBACK;

ALTER TYPE mood ADD VALUE 'i\';

SELECT set_config('standard_conforming_strings', 'no', false);

ALTER TYPE mood ADD VALUE 'j\'';

RESET standard_conforming_strings;

ALTER TYPE mood ADD VALUE 'k\';

SET "standard_conforming_strings" = off;

RESET ALL;

ALTER TYPE mood ADD VALUE 'm\';
