-- INSERT and UPDATE give values to columns that are there, and INSERT as many as it names.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (n int, m mood, x text);

INSERT INTO t VALUES (1, 'a', 'x', 2);

INSERT INTO t VALUES (1, 'a'), (2, 'b');

INSERT INTO t (n, m) VALUES (1);

INSERT INTO t (n) VALUES (1, 'a');

INSERT INTO t (n, nope) VALUES (1, 'a');

INSERT INTO t AS y (m, n) VALUES ('a', 1), ('b', DEFAULT);

INSERT INTO t DEFAULT VALUES;

UPDATE t SET nope = 'a';

UPDATE t SET m = 'a', (n, x) = (1, 'a');

UPDATE t SET (n, nope) = (1, 'a');

INSERT INTO t (m) VALUES ('a') ON CONFLICT DO NOTHING;

DO $$ BEGIN CREATE TYPE other AS ENUM ('a'); INSERT INTO t VALUES (1, 'a', 'x', 2); EXCEPTION WHEN syntax_error THEN NULL; END $$;

DO $$ DECLARE r t; BEGIN r.n := 1; INSERT INTO t VALUES (r.*); INSERT INTO t (n, m, x) VALUES (r.*), (2, 'a', 'x'); END $$;

CREATE FUNCTION f(t) RETURNS void LANGUAGE sql AS $$ INSERT INTO t (n, m, x) VALUES ($1.*) $$;

INSERT INTO t (n, m, x) VALUES (1, 'a', (SELECT string_agg(v, ',') FROM (VALUES ('p'), ('q')) s(v)));

CREATE VIEW v AS VALUES ('a'::mood, (SELECT count(*) FROM (VALUES (1, 2, 3)) w));

INSERT INTO t (n, m, x) VALUES (1, 'a', (SELECT 'x' FROM (VALUES ('p'), ('q')) s(v) LIMIT 1)), (1, 'a');
