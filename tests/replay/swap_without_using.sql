-- A column gets an enum's type without a conversion, which none has by itself.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE t (m mood, ms mood[], x text);

ALTER TYPE mood RENAME TO mood_old;

CREATE TYPE mood AS ENUM ('ok', 'happy');

ALTER TABLE t ALTER COLUMN m TYPE mood;

ALTER TABLE t ALTER COLUMN ms SET DATA TYPE mood[];

ALTER TABLE t ALTER COLUMN ms TYPE mood;

ALTER TABLE t ALTER COLUMN m TYPE mood_old, ALTER COLUMN m SET NOT NULL;

DROP TYPE mood_old;

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood, ALTER ms TYPE mood[] USING ms::text[]::mood[];

DROP TYPE mood_old;

CREATE DOMAIN cheer AS mood;

CREATE TABLE u (m cheer);

ALTER TABLE u ALTER m TYPE mood;

DROP DOMAIN cheer;

CREATE TYPE other AS ENUM ('ok');

CREATE CAST (other AS mood) WITH INOUT AS ASSIGNMENT;

CREATE TABLE w (m other);

ALTER TABLE w ALTER m TYPE mood;
