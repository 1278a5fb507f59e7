-- A label is cast to a string and from one, and to nothing else.
CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE other AS ENUM ('ok', 'sad'); CREATE DOMAIN feeling AS mood;

CREATE TABLE t (n int, m mood, o other, ms mood[], x text, v varchar(9), f feeling);

ALTER TABLE t ALTER m TYPE other USING m::other;

ALTER TABLE t ALTER m TYPE other USING (t.m)::other;

ALTER TABLE t ALTER m TYPE other USING CAST(m AS public."other");

ALTER TABLE t ALTER ms TYPE other[] USING ms::other[];

ALTER TABLE t ALTER m TYPE int USING m::int;

ALTER TABLE t ALTER n TYPE mood USING n::mood;

ALTER TABLE t ALTER m TYPE other USING CASE WHEN m = 'sad' THEN 'ok' ELSE m::text END;

ALTER TABLE t ALTER m TYPE other USING CASE WHEN m = 'sad' THEN 'nope' ELSE m END;

ALTER TABLE t ALTER m TYPE other USING replace(m::text, 'a', 'b');

ALTER TABLE t ALTER m TYPE other USING coalesce(x, 'ok');

ALTER TABLE t ALTER m TYPE other USING 'o' || x;

UPDATE t SET m = x;

UPDATE t SET m = o;

UPDATE t SET m = v::mood, x = m, v = m::varchar;

UPDATE t SET m = n::mood;

INSERT INTO t (m) SELECT x FROM t;

INSERT INTO t (m) SELECT lower(x) FROM t;

INSERT INTO t (m) SELECT o::text::mood FROM t;

SELECT o::mood FROM t;

SELECT CAST(m AS bigint) FROM t;

SELECT ms::text, ms::text[], x::mood[], f::mood, m::feeling, f::text, m::varchar(3), m::name FROM t;

SELECT ms::mood FROM t;

SELECT m::mood[] FROM t;

ALTER TABLE t ALTER o TYPE mood USING CASE o WHEN 'ok' THEN 'ok' ELSE 'sad' END::mood;

ALTER TABLE t ALTER ms TYPE other[] USING ms::text[]::other[];

ALTER TABLE t ALTER m TYPE other USING replace(m::text, 'a', 'b')::other;

ALTER TABLE t ALTER v TYPE mood USING v::mood, ALTER x TYPE mood USING trim(x)::mood;

CREATE CAST (mood AS other) WITH INOUT;

SELECT v::other FROM t;
