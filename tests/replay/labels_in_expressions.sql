-- A literal is a label wherever the server brings it to the type of one.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TYPE other AS ENUM ('sad', 'ok');

CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[], x text, n int);

CREATE TABLE u (id int, m mood, o other);

CREATE DOMAIN feeling AS mood;

CREATE TABLE d (id int, f feeling);

SELECT 'nope'::feeling;

SELECT ARRAY['ok'::mood, 'nope'];

SELECT * FROM t WHERE m = ANY (ARRAY['nope', 'ok'::mood]);

SELECT * FROM t WHERE m = ANY (ARRAY['sad', 'ok'::mood]);

SELECT * FROM t WHERE ms @> '{nope}';

SELECT * FROM t WHERE ms && '{nope}';

SELECT * FROM t WHERE '{ok}' <@ ms;

SELECT * FROM t WHERE ms <@ '{nope}';

SELECT ms || '{nope}' FROM t;

SELECT ms || 'ok' FROM t;

SELECT ms || 'ok'::mood, ms || '{ok}' FROM t;

SELECT ms[1] = 'nope' FROM t;

SELECT * FROM t WHERE ms[1] IN ('ok', 'nope');

SELECT ms[1] = 'ok', ms[1:2] = '{ok}' FROM t;

SELECT * FROM t WHERE (id, m) = (1, 'nope');

SELECT * FROM t WHERE (id, m) IN ((1, 'ok'), (1, 'nope'));

SELECT * FROM t WHERE (id, m) IN ((1, 'ok'), (1, 'sad'));

SELECT greatest(m, 'nope') FROM t;

SELECT least(m, 'ok'), coalesce(NULL, m, 'sad') FROM t;

SELECT CASE WHEN true THEN m ELSE 'nope' END FROM t;

SELECT CASE WHEN true THEN 'nope' ELSE m END FROM t;

SELECT CASE WHEN m = 'ok' THEN 'nope' ELSE x END FROM t;

SELECT m FROM t UNION SELECT 'nope';

SELECT 1, 'nope' UNION ALL SELECT id, m FROM t;

SELECT m::text FROM t UNION SELECT 'nope';

VALUES ('ok'::mood), ('nope');

VALUES ('ok'::mood, 'nope'), ('sad', 'nope');

SELECT * FROM t JOIN u USING (m) WHERE m = 'nope';

SELECT * FROM t JOIN u USING (m) WHERE o = 'nope';

SELECT * FROM t JOIN u USING (id) WHERE u.m = 'nope';

SELECT * FROM t NATURAL JOIN u WHERE m = 'nope';

SELECT * FROM t NATURAL JOIN u WHERE x = 'nope' AND m = 'ok';

SELECT * FROM t WHERE 'nope' IN (SELECT m FROM u);

SELECT * FROM t WHERE 'nope' = ANY (SELECT m FROM u);

SELECT * FROM t WHERE 'nope' = (SELECT m FROM u);

SELECT * FROM t WHERE 'ok' = (SELECT m FROM u);

SELECT max(m) = 'nope' FROM t;

SELECT id FROM t GROUP BY id HAVING max(m) = 'nope';

SELECT enum_range('ok'::mood, 'nope');

SELECT enum_range(NULL::mood) = '{nope}';

SELECT 'nope' = ANY (enum_range(NULL::mood));

SELECT array_position(ms, 'nope') FROM t;

SELECT array_append(ms, 'nope') FROM t;

SELECT array_prepend('nope', ms) FROM t;

SELECT array_remove(ms, 'nope') FROM t;

SELECT array_replace(ms, 'ok', 'nope') FROM t;

SELECT array_cat(ms, '{nope}') FROM t;

SELECT array_append(ms, 'ok'), array_append(ARRAY[x], 'nope') FROM t;

SELECT lag(m, 1, 'nope') OVER () FROM t;

SELECT 'ok'::mood IN ('nope');

SELECT x::mood = 'nope' FROM t;

SELECT nullif('nope', m) FROM t;

DO $$ BEGIN PERFORM 1 FROM t WHERE m = 'nope'; END $$;

ALTER DOMAIN feeling ADD CHECK (VALUE = 'nope');

ALTER DOMAIN feeling ADD CHECK (VALUE <> 'sad');
