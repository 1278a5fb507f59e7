-- A string becomes something else only where it is said how.
CREATE TABLE t (a text, b varchar(9), c char(3), n int);

ALTER TABLE t ALTER a TYPE int;

ALTER TABLE t ALTER a TYPE varchar(3), ALTER b TYPE text, ALTER c TYPE text;

ALTER TABLE t ALTER b TYPE uuid;

ALTER TABLE t ALTER b TYPE jsonb;

ALTER TABLE t ALTER c TYPE timestamptz;

ALTER TABLE t ALTER c TYPE name;

ALTER TABLE t ALTER n TYPE text;

ALTER TABLE t ALTER n TYPE bigint;

ALTER TABLE t ALTER n TYPE bigint USING n::bigint;
