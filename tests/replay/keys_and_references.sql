-- A key needs types with an order, and a foreign key refers to a unique key over comparable columns.
CREATE TABLE a (id int, x int, y text, u uuid, j json, p point);

CREATE TABLE b (r int REFERENCES a);

CREATE TABLE b (r int REFERENCES a (id));

CREATE TABLE b (r int REFERENCES a (nope));

CREATE TABLE a (r int REFERENCES a (nope));

CREATE TABLE b (r int, s int, FOREIGN KEY (r, s) REFERENCES a (id, x));

ALTER TABLE a ADD PRIMARY KEY (id);

CREATE TABLE b (r int REFERENCES a, s int REFERENCES a (id), id int UNIQUE REFERENCES b (id));

CREATE TABLE a (r int REFERENCES a (x));

ALTER TABLE b ADD FOREIGN KEY (r) REFERENCES a (x);

ALTER TABLE b ADD COLUMN t int REFERENCES a (x);

ALTER TABLE a ADD UNIQUE (x, id), ADD UNIQUE (y), ADD UNIQUE (u);

CREATE TABLE c (r int, s int, FOREIGN KEY (r, s) REFERENCES a (id, x));

CREATE TABLE d (r int, FOREIGN KEY (r) REFERENCES a (id, x));

CREATE TABLE d (r text REFERENCES a);

CREATE TABLE d (r varchar(3) REFERENCES a (y), s char(3) REFERENCES a (y), t bigint REFERENCES a, v smallint REFERENCES a);

CREATE TABLE e (r int REFERENCES a (u));

CREATE TABLE e (r int REFERENCES a (y));

CREATE TABLE e (r text REFERENCES a (u));

ALTER TABLE a DROP CONSTRAINT a_u_key;

CREATE TABLE e (r uuid REFERENCES a (u));

CREATE UNIQUE INDEX ON a (u);

CREATE TABLE e (r uuid REFERENCES a (u));

CREATE VIEW v AS SELECT id FROM a;

CREATE TABLE f (r int REFERENCES v (id));

CREATE TABLE heir () INHERITS (a);

CREATE TABLE f (r int REFERENCES heir (id));

CREATE TABLE copy (LIKE a);

CREATE TABLE f (r int REFERENCES copy);

CREATE TABLE copy_of_all (LIKE a INCLUDING ALL);

CREATE TABLE f (r int REFERENCES copy_of_all);

CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY LIST (id);

CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);

CREATE TABLE of_part (r int REFERENCES part (id));

CREATE TABLE later (id int);

CREATE FUNCTION add_index() RETURNS void LANGUAGE plpgsql AS 'BEGIN CREATE UNIQUE INDEX ON later (id); END';

SELECT add_index();

CREATE TABLE of_later (r int REFERENCES later (id));

CREATE TABLE using_index (id int, x int);

CREATE UNIQUE INDEX i ON using_index (id);

ALTER TABLE using_index ADD PRIMARY KEY USING INDEX i;

CREATE TABLE of_using_index (r int REFERENCES using_index);

CREATE TABLE looped (id int);

DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE tablename = 'looped' LOOP EXECUTE format('CREATE UNIQUE INDEX ON %I (id)', t); END LOOP; END $$;

CREATE TABLE of_looped (r int REFERENCES looped (id));

-- Types without an order.
ALTER TABLE a ADD UNIQUE (j);

ALTER TABLE a ADD UNIQUE (id, p);

ALTER TABLE a ADD COLUMN k xml UNIQUE;

CREATE TABLE a (j json PRIMARY KEY);

CREATE TABLE g (j json PRIMARY KEY);

CREATE TABLE g (b box UNIQUE);

CREATE TABLE g (j jsonb UNIQUE, ps point[] UNIQUE, i inet UNIQUE, UNIQUE (j, ps));

CREATE TABLE again (id int PRIMARY KEY);

DROP TABLE again;

CREATE TABLE again (id int PRIMARY KEY, r int, CONSTRAINT own FOREIGN KEY (r) REFERENCES again (id));

DROP TABLE again;

CREATE TABLE other (id int PRIMARY KEY, r int, FOREIGN KEY (r) REFERENCES again (id));
