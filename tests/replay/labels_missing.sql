-- What is no label is refused wherever a literal has to be one, whether there are rows or not.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE p (id int UNIQUE, m mood, ms mood[]);

CREATE TABLE q (id int, x text);

INSERT INTO p VALUES (1, 'nope');

INSERT INTO p (ms, m) VALUES (NULL, 'ok'), ('{sad,nope}', NULL);

INSERT INTO p (m) SELECT 'nope' FROM q WHERE false;

INSERT INTO p SELECT id, 'nope' FROM q;

INSERT INTO p (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET m = 'nope';

INSERT INTO p AS old (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2 WHERE old.m = 'nope';

INSERT INTO p (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2 WHERE excluded.m = 'Ok';

INSERT INTO p (id) VALUES (3) RETURNING m = 'nope';

UPDATE p SET m = 'nope';

UPDATE p SET (id, m) = (1, 'nope');

UPDATE p a SET id = 1 FROM q WHERE q.x = 'nope' AND a.m <> 'nope';

DELETE FROM p USING q WHERE q.id = p.id AND m IN ('ok', 'nope');

SELECT * FROM q JOIN p ON p.id = q.id AND p.m BETWEEN 'ok' AND 'nope';

SELECT * FROM p WHERE EXISTS (SELECT 1 FROM q WHERE q.x = 'nope' AND p.m IS DISTINCT FROM 'nope');

SELECT * FROM q AS p (id, m) WHERE m = 'nope';

SELECT * FROM (SELECT id, x AS m FROM q) p WHERE p.m = 'nope';

WITH p AS (SELECT id, x AS m FROM q) SELECT * FROM p WHERE m = 'nope';

WITH c AS (SELECT * FROM p) SELECT * FROM c WHERE m = 'nope';

SELECT * FROM p WHERE m = ANY ('{ok,nope}');

SELECT * FROM p WHERE m = ANY (ARRAY['ok', 'nope']::mood[]);

SELECT * FROM p WHERE 'nope' = ANY (ms) OR m::text = 'nope';

SELECT coalesce(m, 'nope') FROM p;

SELECT CASE m WHEN 'ok' THEN 'nope' WHEN 'nope' THEN 'ok' END FROM p;

SELECT 'nope' AS mood, ('nope')::mood WHERE false;

CREATE TABLE z (m mood CHECK (m <> 'nope'));

CREATE TABLE q (m mood CHECK (m <> 'nope'));

CREATE TABLE z (m mood[] DEFAULT '{nope}');

ALTER TABLE p ADD CHECK (m <> 'nope');

ALTER TABLE p ALTER ms SET DEFAULT '{nope}';

ALTER TABLE q ALTER x TYPE mood USING 'nope';

ALTER TABLE q ALTER x TYPE mood USING (CASE x WHEN 'nope' THEN 'ok' ELSE x END)::mood, ADD CHECK (x <> 'ok');

ALTER TABLE q ALTER x TYPE text USING x::text, DROP CONSTRAINT q_x_check, ADD CHECK (x <> 'nope');

CREATE INDEX ON p (id) WHERE m = 'nope';

CREATE POLICY x ON p USING (m = 'nope');

CREATE VIEW v AS SELECT * FROM p WHERE m = 'nope';

CREATE TABLE z AS SELECT 'nope'::mood AS m;

CREATE RULE r AS ON DELETE TO p WHERE OLD.m = 'nope' DO INSTEAD NOTHING;

CREATE RULE r AS ON DELETE TO q DO ALSO INSERT INTO p (m) VALUES ('nope');

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.m := ''nope''; RETURN NEW; END';

CREATE TRIGGER g BEFORE UPDATE ON p FOR EACH ROW WHEN (NEW.m = 'nope') EXECUTE FUNCTION touch();

CREATE FUNCTION count_them() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM p WHERE m = 'nope'$$;

CREATE FUNCTION with_default(a mood DEFAULT 'nope') RETURNS int LANGUAGE sql AS 'SELECT 1';

CREATE DOMAIN cheer AS mood CHECK (VALUE <> 'nope');

CREATE DOMAIN cheer AS mood DEFAULT 'nope';

CREATE TABLE parted (m mood, n int) PARTITION BY LIST (m);

CREATE TABLE part PARTITION OF parted FOR VALUES IN ('ok', 'nope');

PREPARE s AS SELECT * FROM p WHERE m = 'nope';

DO $$ BEGIN INSERT INTO p (m) VALUES ('nope'); EXCEPTION WHEN invalid_text_representation THEN NULL; END $$;

DO $$ BEGIN IF false THEN INSERT INTO p (m) VALUES ('nope'); END IF; END $$;

DO $$ BEGIN UPDATE p SET m = 'nope'; END $$;

ALTER TYPE mood ADD VALUE 'nope';

INSERT INTO p (id, m) VALUES (9, 'nope');
