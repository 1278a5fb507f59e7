P
CREATE TYPE status AS ENUM ('draft', 'sent', 'lost');
CREATE TABLE letter (id int PRIMARY KEY, status status NOT NULL DEFAULT 'draft', was status[]);
--//
ALTER TYPE status RENAME TO status_old;
CREATE TYPE status AS ENUM ('draft', 'sent');
ALTER TABLE letter ALTER COLUMN status DROP DEFAULT;
ALTER TABLE letter ALTER COLUMN status TYPE status USING status::text::status;
ALTER TABLE letter ALTER COLUMN status SET DEFAULT 'draft';
ALTER TABLE letter ALTER was TYPE status[] USING was::text[]::status[];
DROP TYPE status_old;
