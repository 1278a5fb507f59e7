-- A view goes with a column only if it uses it, and what it uses itself is kept all the same.
CREATE TYPE one AS ENUM ('a', 'b');

CREATE TABLE h (id int, m one, x text, v varchar(9));

CREATE TABLE other (id int, m one);

CREATE VIEW certain AS SELECT id, h.x AS y FROM h WHERE id > 0 AND x = 'a';

CREATE VIEW joined AS SELECT count(*) AS n FROM other o JOIN h ON h.v = 'x' AND o.id = h.id;

CREATE VIEW over_it AS SELECT y FROM certain;

CREATE VIEW user_of_it AS SELECT id FROM h WHERE m = 'a';

CREATE VIEW over_user AS SELECT id FROM user_of_it;

ALTER TABLE h DROP COLUMN m;

ALTER TABLE h DROP COLUMN m CASCADE;

ALTER TABLE h ALTER x TYPE varchar(9);

ALTER TABLE h ALTER id TYPE bigint;

ALTER TABLE h ALTER v TYPE text;

ALTER TABLE h DROP COLUMN x;

DROP VIEW certain;

DROP VIEW user_of_it;

DROP VIEW over_user;

ALTER TABLE other DROP COLUMN m CASCADE;

ALTER TABLE h ALTER v TYPE text;

DROP VIEW joined;

DROP VIEW over_it;

DROP VIEW certain;

ALTER TABLE h ALTER v TYPE text;

-- A column that is generated from another goes with it, and so does what uses it.
CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c text);

CREATE VIEW of_generated AS SELECT b FROM g;

CREATE VIEW of_plain AS SELECT c FROM g;

ALTER TABLE g DROP COLUMN a CASCADE;

DROP VIEW of_generated;

ALTER TABLE g ALTER c TYPE varchar(3);

DROP VIEW of_plain;

-- What a child has itself stays when its parent's goes.
CREATE TABLE parent (id int, m one);

CREATE TABLE child (m one) INHERITS (parent);

CREATE TABLE heir () INHERITS (parent);

CREATE VIEW of_child AS SELECT m FROM child;

ALTER TABLE parent DROP COLUMN m;

ALTER TABLE child ALTER m TYPE text;

ALTER TABLE parent ADD COLUMN n one;

CREATE VIEW of_heir AS SELECT n FROM heir;

ALTER TABLE ONLY parent DROP COLUMN n;

ALTER TABLE heir ALTER n TYPE text;

ALTER TABLE child DROP COLUMN m CASCADE;

DROP VIEW of_child;

ALTER TABLE parent DROP COLUMN id;

CREATE VIEW of_parent AS SELECT count(*) AS n FROM child;

ALTER TABLE parent ADD COLUMN o one;

ALTER TABLE parent DROP COLUMN o CASCADE;

DROP VIEW of_parent;

-- Columns that have other names in the query, and all columns of what is not only columns.
CREATE TABLE renamed (id int, m one);

CREATE VIEW of_renamed AS SELECT m AS number FROM renamed AS r (m, id);

ALTER TABLE renamed DROP COLUMN m;

ALTER TABLE renamed ADD COLUMN m one;

CREATE VIEW of_both AS SELECT renamed.m, s.one FROM renamed, (SELECT 1 AS one) s;

CREATE VIEW of_all AS SELECT * FROM renamed, (SELECT 1 AS one) s;

ALTER TABLE renamed DROP COLUMN m;

DROP VIEW of_both;

ALTER TABLE renamed DROP COLUMN m;
