-- A label is used too soon in a policy.
CREATE TYPE mood AS ENUM ('sad');

CREATE TABLE t (id int, m mood, note text);

BEGIN;

ALTER TYPE mood ADD VALUE 'ok';

CREATE POLICY by_text ON t USING (note = 'ok');

CREATE POLICY by_mood ON t FOR SELECT USING (t.m = 'ok' AND id > 0);

ROLLBACK;

BEGIN;

ALTER TYPE mood ADD VALUE 'ok';

CREATE POLICY by_others ON t FOR INSERT WITH CHECK (m IN ('sad', 'ok'));

ROLLBACK;

CREATE POLICY p ON t USING (m = 'sad');

BEGIN;

ALTER TYPE mood ADD VALUE 'ok';

ALTER POLICY p ON t USING (m <> 'ok');

ROLLBACK;
