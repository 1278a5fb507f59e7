-- The bounds of a partition are values of the columns.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TABLE r (n int, m mood) PARTITION BY RANGE (m);

CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('sad') TO ('nope');

CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('nope') TO ('ok');

CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('sad') TO ('ok');

CREATE TABLE r2 PARTITION OF r FOR VALUES FROM (MINVALUE) TO ('sad');

CREATE TABLE s (n int, m mood, x text) PARTITION BY RANGE (n, m, x);

CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (1, 'nope', 'a') TO (2, 'ok', 'b');

CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (1, 'sad', 'nope') TO (2, 'ok', 'nope');

CREATE TABLE s2 (n int, m mood, x text);

ALTER TABLE s ATTACH PARTITION s2 FOR VALUES FROM (3, 'ok', 'a') TO (4, 'nope', 'b');

ALTER TABLE s ATTACH PARTITION s2 FOR VALUES FROM (3, 'ok', 'nope') TO (4, MAXVALUE, MAXVALUE);

CREATE TABLE e (n int, m mood) PARTITION BY RANGE ((n + 1), m);

CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1, 'sad') TO (2, 'ok');
