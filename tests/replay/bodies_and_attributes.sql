-- From PostgreSQL 14: bodies that are part of the statement keep what they name, as do attributes of composite types.
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE other AS ENUM ('sad', 'ok'); CREATE TABLE p (id int, m mood);

CREATE FUNCTION has() RETURNS bool LANGUAGE sql RETURN (SELECT m = 'ok' FROM p LIMIT 1);

ALTER TABLE p ALTER m TYPE other USING m::text::other;

DROP FUNCTION has;

CREATE FUNCTION is() RETURNS bool LANGUAGE sql RETURN 'ok'::mood = 'sad';

ALTER TABLE p ALTER m TYPE other USING m::text::other;

DROP TYPE mood;

DROP FUNCTION is; DROP TYPE mood;

CREATE TYPE pair AS (a int, o other);

CREATE TABLE h (p pair);

ALTER TYPE pair ALTER ATTRIBUTE o TYPE text;

ALTER TYPE pair ADD ATTRIBUTE z int;

DROP TABLE h; ALTER TYPE pair ALTER ATTRIBUTE o TYPE text;

CREATE TYPE outer_pair AS (p pair[]); CREATE TABLE h (o outer_pair);

ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;

DROP TABLE h; CREATE VIEW v AS SELECT NULL::outer_pair AS o; ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;

CREATE DOMAIN pairs AS pair[]; CREATE TABLE h (o pairs);

ALTER TYPE pair ALTER ATTRIBUTE a TYPE text;

DROP TABLE h; CREATE TABLE h (v v);

ALTER TYPE pair ALTER ATTRIBUTE a TYPE text;

DROP TABLE h; ALTER TYPE pair ALTER ATTRIBUTE a TYPE text;

ALTER TYPE other ADD ATTRIBUTE z int;

CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN feeling AS mood; CREATE TABLE d (f feeling DEFAULT 'ok', m mood DEFAULT 'sad');

ALTER TABLE d ALTER f TYPE mood, ALTER m TYPE feeling;

ALTER TABLE d ALTER f TYPE other USING f::text::other;

CREATE TABLE heir () INHERITS (d); ALTER TABLE d ALTER f DROP DEFAULT; ALTER TABLE heir ALTER f DROP DEFAULT;

ALTER TABLE ONLY d ALTER f TYPE other USING f::text::other;

ALTER TABLE d ALTER f TYPE other USING f::text::other;
