-- From PostgreSQL 15: The same of MERGE.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TYPE other AS ENUM ('sad', 'ok');

CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[], x text, n int);

CREATE TABLE u (id int, m mood, o other);

CREATE DOMAIN feeling AS mood;

CREATE TABLE d (id int, f feeling);

MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET m = 'nope';

MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT (id, m) VALUES (1, 'nope');

MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (1, 'nope');

MERGE INTO t USING u ON t.m = 'nope' WHEN MATCHED THEN DELETE;

MERGE INTO t USING u ON t.id = u.id WHEN MATCHED AND u.m = 'nope' THEN DELETE;

MERGE INTO t AS a USING u AS b ON a.id = b.id WHEN MATCHED AND a.x = 'nope' THEN UPDATE SET m = b.m, x = 'nope' WHEN NOT MATCHED THEN INSERT (id, m, x) VALUES (1, 'ok', 'nope');

MERGE INTO t USING (SELECT 'nope' AS m, 1 AS id) s ON t.id = s.id AND s.m = 'nope' WHEN MATCHED THEN DELETE;

MERGE INTO t USING u ON t.id = u.id AND u.m = 'ok' WHEN MATCHED THEN UPDATE SET m = u.o;
