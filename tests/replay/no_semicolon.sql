-- The last statement of a file needs no semicolon, and a stray one does no harm.
;;CREATE TYPE mood AS ENUM ('sad');

ALTER TYPE mood ADD VALUE 'ok' -- a comment before it
;

;

ALTER TYPE mood ADD VALUE 'glad'
