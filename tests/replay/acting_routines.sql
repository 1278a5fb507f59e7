-- What a function may have dropped keeps nothing as it is any more.
CREATE TYPE one AS ENUM ('a');

CREATE TYPE two AS ENUM ('a');

CREATE TABLE h (id int, m one, x text);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

CREATE POLICY p ON h USING (m = 'a');

ALTER TABLE h ALTER m TYPE two USING m::text::two;

CREATE FUNCTION drop_policy() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP POLICY p ON h; END';

SELECT drop_policy();

ALTER TABLE h ALTER m TYPE two USING m::text::two;

CREATE TRIGGER g BEFORE UPDATE OF m ON h FOR EACH ROW EXECUTE FUNCTION touch();

CREATE FUNCTION drop_trigger() RETURNS void LANGUAGE sql AS 'DROP TRIGGER g ON h';

SELECT drop_trigger();

ALTER TABLE h ALTER m TYPE one USING m::text::one;

CREATE RULE r AS ON DELETE TO h WHERE OLD.m = 'a' DO INSTEAD NOTHING;

CREATE PROCEDURE drop_rule() LANGUAGE plpgsql AS 'BEGIN DROP RULE r ON h; END';

CALL drop_rule();

ALTER TABLE h ALTER m TYPE two USING m::text::two;

CREATE INDEX i ON h (id) WHERE m = 'a';

CREATE FUNCTION drop_index() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP INDEX i; END';

SELECT drop_index();

ALTER TABLE h ALTER m TYPE one USING m::text::one;

CREATE VIEW v AS SELECT m FROM h;

CREATE FUNCTION drop_view() RETURNS int LANGUAGE plpgsql AS 'BEGIN DROP VIEW v; RETURN 1; END';

CREATE FUNCTION drop_view_through() RETURNS int LANGUAGE sql AS 'SELECT drop_view()';

INSERT INTO h (id) SELECT drop_view_through();

ALTER TABLE h ALTER m TYPE two USING m::text::two;

CREATE VIEW v AS SELECT 1 AS one;

-- The same of functions and casts.
CREATE FUNCTION g(a one) RETURNS int LANGUAGE sql AS 'SELECT 1';

DROP TYPE one;

CREATE FUNCTION drop_function() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP FUNCTION g(one); END';

SELECT drop_function();

DROP TYPE one;

CREATE TABLE k (x text, y text);

ALTER TABLE k ALTER x TYPE two;

CREATE FUNCTION to_two(a text) RETURNS two LANGUAGE sql AS 'SELECT a::two';

CREATE FUNCTION add_cast() RETURNS void LANGUAGE plpgsql AS 'BEGIN CREATE CAST (text AS two) WITH FUNCTION to_two(text) AS ASSIGNMENT; END';

SELECT add_cast();

ALTER TABLE k ALTER x TYPE two;
