-- One statement after another by hand, two columns in one ALTER.
CREATE TYPE status AS ENUM ('new', 'done', 'dropped');

CREATE TABLE a (s status DEFAULT 'new', t status NOT NULL);

CREATE TABLE b (s status);

CREATE INDEX ON a (s) WHERE t = 'done';

DROP INDEX a_s_idx;

CREATE TYPE status_v2 AS ENUM ('new', 'done');

UPDATE a SET s = 'new' WHERE s = 'dropped';

ALTER TABLE a
  ALTER COLUMN s DROP DEFAULT,
  ALTER COLUMN s TYPE status_v2 USING s::text::status_v2,
  ALTER COLUMN s SET DEFAULT 'new'::status_v2,
  ALTER COLUMN t TYPE status_v2 USING (t::text::status_v2);

DROP TYPE status;

ALTER TABLE IF EXISTS ONLY b ALTER s SET DATA TYPE status_v2 USING s::text::status_v2;

DROP TYPE status;

ALTER TYPE status_v2 RENAME TO status;
