-- What compares a column with constants, or uses it, does not follow it to another type.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE t (id int, m mood, ms mood[]);

CREATE INDEX partial ON t (id) WHERE m = 'ok';

CREATE INDEX plain ON t (m) WHERE id > 0;

ALTER TYPE mood RENAME TO mood_old;

CREATE TYPE mood AS ENUM ('ok', 'happy', 'sad');

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;

ALTER TABLE t ALTER COLUMN m TYPE mood_old;

ALTER TABLE t ALTER COLUMN m TYPE text USING m::text;

DROP INDEX partial;

CREATE INDEX ON t (id) WHERE m IN ('ok', 'sad');

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;

DROP INDEX t_id_idx;

CREATE INDEX renamed ON t ((m <> 'sad'));

ALTER INDEX renamed RENAME TO expression;

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood, ALTER ms TYPE mood[] USING ms::text[]::mood[];

DROP INDEX IF EXISTS renamed;

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;

DROP INDEX expression;

CREATE STATISTICS pair ON id, m FROM t;

ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood;

ALTER TABLE t ADD CONSTRAINT chk CHECK (m <> 'sad' AND id > 0);

ALTER TABLE t ADD COLUMN n mood CHECK (n IS NOT NULL) CHECK (n BETWEEN 'ok' AND 'sad');

CREATE TYPE other AS ENUM ('ok', 'sad');

ALTER TABLE t ALTER m TYPE other USING m::text::other;

ALTER TABLE t ALTER m TYPE other USING m::text::other, DROP CONSTRAINT chk;

ALTER TABLE t ALTER n TYPE other USING n::text::other;

ALTER TABLE t DROP CONSTRAINT t_n_check1;

ALTER TABLE t ALTER n TYPE other USING n::text::other;

ALTER TABLE t DROP CONSTRAINT t_n_check;

ALTER TABLE t ADD CHECK (CASE m WHEN 'ok' THEN true ELSE n IS DISTINCT FROM 'sad' END);

ALTER TABLE t RENAME m TO r;

ALTER TABLE t ALTER r TYPE mood USING r::text::mood;

ALTER TABLE t ALTER n TYPE mood USING n::text::mood;

ALTER TABLE t DROP COLUMN r;

ALTER TABLE t ALTER n TYPE mood USING n::text::mood;

CREATE TABLE kid () INHERITS (t);

ALTER TABLE kid ADD CHECK (n = ANY (ARRAY['ok', 'sad']::mood[]));

ALTER TABLE t ALTER n TYPE other USING n::text::other;

DROP TABLE kid;

ALTER TABLE t ALTER n TYPE other USING n::text::other;

CREATE TABLE words (w text, v varchar(9) CHECK (v IN ('ok', 'sad')), x text, CHECK (w = 'ok' OR x IS NULL));

ALTER TABLE words ALTER w TYPE mood USING w::mood;

ALTER TABLE words ALTER v TYPE mood USING v::mood;

ALTER TABLE words ALTER x TYPE mood USING x::mood;

CREATE TABLE shorts (v varchar(9), w text);

CREATE INDEX ON shorts (lower(v));

CREATE INDEX ON shorts (w) WHERE w <> 'ok';

ALTER TABLE shorts ALTER v TYPE mood USING v::mood;

ALTER TABLE shorts ALTER w TYPE mood USING w::mood;

ALTER TABLE shorts ALTER w TYPE varchar(3);
