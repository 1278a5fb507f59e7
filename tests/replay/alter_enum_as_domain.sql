-- ALTER DOMAIN of an enum.
CREATE TYPE mood AS ENUM ('a');

ALTER DOMAIN mood RENAME TO feeling;

ALTER DOMAIN mood SET SCHEMA pg_catalog;
