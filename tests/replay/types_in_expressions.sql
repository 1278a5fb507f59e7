-- A type that is named in an expression stays until that is gone.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE t (id int, x text);

ALTER TABLE t ADD CONSTRAINT chk CHECK (x::mood = 'ok');

DROP TYPE mood;

ALTER TABLE t DROP CONSTRAINT chk;

CREATE INDEX i ON t (id) WHERE 'sad'::mood < 'ok'::mood;

DROP TYPE mood;

DROP INDEX i;

CREATE POLICY p ON t USING (x::mood = 'ok');

DROP TYPE mood;

DROP POLICY p ON t;

CREATE VIEW v AS SELECT 1 AS one WHERE 'sad'::mood = 'ok'::mood;

DROP TYPE mood;

CREATE OR REPLACE VIEW v AS SELECT 1 AS one;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.x::mood = 'ok') EXECUTE FUNCTION touch();

DROP TYPE mood;

DROP TRIGGER g ON t;

CREATE RULE r AS ON DELETE TO t WHERE OLD.x::mood = 'sad' DO INSTEAD NOTHING;

DROP TYPE mood;

DROP RULE r ON t;

CREATE AGGREGATE best(mood) (SFUNC = enum_larger, STYPE = mood);

DROP TYPE mood;

DROP AGGREGATE best(mood);

CREATE AGGREGATE all_of(mood) (SFUNC = array_append, STYPE = mood[]);

CREATE POLICY p ON t USING (x::mood = 'ok');

DROP TYPE mood CASCADE;

CREATE TYPE mood AS ENUM ('ok');

DROP TYPE mood;
