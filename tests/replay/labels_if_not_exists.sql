-- What is there already keeps some statements from being read, and not others.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TYPE other AS ENUM ('sad', 'ok');

CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[], x text, n int);

CREATE TABLE u (id int, m mood, o other);

CREATE DOMAIN feeling AS mood;

CREATE TABLE d (id int, f feeling);

CREATE TABLE IF NOT EXISTS z (m mood CHECK (m = 'nope'));

CREATE TABLE IF NOT EXISTS z (m mood CHECK (m = 'ok'));

CREATE TABLE IF NOT EXISTS z (m mood CHECK (m = 'nope'));

CREATE TABLE IF NOT EXISTS t AS SELECT 'nope'::mood AS m;

CREATE TABLE IF NOT EXISTS t AS SELECT 'ok'::mood AS m;

CREATE MATERIALIZED VIEW IF NOT EXISTS t AS SELECT 'nope'::mood AS m;

CREATE INDEX IF NOT EXISTS t_pkey ON t (id) WHERE m = 'nope';

CREATE INDEX IF NOT EXISTS i ON t (id) WHERE m = 'nope';

CREATE INDEX IF NOT EXISTS i ON t (id) WHERE m = 'ok';

ALTER TABLE t ADD COLUMN IF NOT EXISTS b bool CHECK (m = 'nope');

ALTER TABLE t ADD COLUMN IF NOT EXISTS b bool CHECK (m = 'ok');
