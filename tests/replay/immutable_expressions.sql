-- Labels are converted to text and back by functions that are not immutable, as a label may get another name.
CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (c mood, d text, n int);

CREATE INDEX ON t ((c::text));

CREATE INDEX ON t (n) WHERE c::text = 'a';

CREATE INDEX ON t (n) WHERE c = 'a';

CREATE INDEX ON t (n) WHERE c::text::mood = 'a';

CREATE INDEX ON t ((d::mood));

CREATE INDEX ON t (n) WHERE d::mood = 'a';

CREATE INDEX ON t (lower(c::text));

CREATE INDEX ON t ((c::varchar));

CREATE INDEX ON t ((CAST(c AS text)));

CREATE INDEX ON t ((cast(c as varchar(3))));

CREATE INDEX ON t ((c::char(3)));

CREATE INDEX ON t (n) WHERE c IN ('a', 'b');

CREATE INDEX ON t (n) WHERE c::text IN ('a', 'b');

CREATE INDEX ON t (n) WHERE d = 'a'::mood::text;

CREATE INDEX ON t ((c::mood));

CREATE INDEX ON t ((ARRAY[c]::text[]));

CREATE TABLE g (c mood, g text GENERATED ALWAYS AS (c::text) STORED);

CREATE TABLE g2 (c mood, g mood GENERATED ALWAYS AS (c) STORED);

CREATE TABLE g3 (c text, g mood GENERATED ALWAYS AS (c::mood) STORED);

CREATE TABLE g4 (c mood, g bool GENERATED ALWAYS AS (c = 'a') STORED);

CREATE TABLE g5 (c mood, g text GENERATED ALWAYS AS (CASE c WHEN 'a' THEN 'x' ELSE 'y' END) STORED);

CREATE TABLE g6 (c mood, g text GENERATED ALWAYS AS (c) STORED);

CREATE TABLE g7 (c mood, g varchar GENERATED ALWAYS AS (c) STORED);

ALTER TABLE t ADD g text GENERATED ALWAYS AS (c::text) STORED;

ALTER TABLE t ADD CONSTRAINT k CHECK (c::text <> 'z');

CREATE TABLE pt (c mood) PARTITION BY LIST ((c::text));

CREATE TABLE pt2 (c mood) PARTITION BY LIST (c);

CREATE TABLE ex (c mood, EXCLUDE USING btree ((c::text) WITH =));

CREATE INDEX ON t (n, (c::text)) INCLUDE (d);

CREATE UNIQUE INDEX ON t (coalesce(c::text, ''));

CREATE INDEX ON t (COALESCE((c)::text, ''::text));

CREATE INDEX IF NOT EXISTS named ON t (n);

CREATE INDEX IF NOT EXISTS named ON t ((c::text));

CREATE INDEX ON t ((CASE WHEN c = 'a' THEN 1 END));

CREATE INDEX ON t (n) WHERE c = ANY (ARRAY['a', 'b']::mood[]);

CREATE INDEX ON t (n) WHERE c = ANY (CAST(ARRAY['a', 'b'] AS mood[]));

CREATE INDEX ON t (n) WHERE c = ANY ((ARRAY['a'])::mood[]);

CREATE INDEX ON t (n) WHERE ARRAY[['a', 'b'], ['b', 'a']]::mood[] @> ARRAY[c];

CREATE INDEX ON t (n) WHERE c = ANY (ARRAY['a'::text, 'b']::mood[]);

CREATE INDEX ON t (n) WHERE c = ANY (ARRAY[d]::mood[]);

CREATE TABLE g8 (c mood, g bool GENERATED ALWAYS AS (c = ANY (ARRAY['a']::mood[])) STORED);

CREATE INDEX ON t ((CASE WHEN c::text = 'a' THEN n END));

CREATE INDEX ON t ((CASE c WHEN 'a' THEN d ELSE c::text END));

CREATE INDEX ON t ((CASE WHEN false THEN c::text ELSE d END));

CREATE INDEX ON t ((CASE WHEN 1 = 2 THEN c::text ELSE d END));

CREATE TABLE g9 (c mood, n int, g int GENERATED ALWAYS AS (CASE WHEN c::text = 'a' THEN n END) STORED);

ALTER TYPE mood ADD VALUE 'c';
