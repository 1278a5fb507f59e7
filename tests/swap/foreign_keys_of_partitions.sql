-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
CREATE TABLE app.k (m app.mood PRIMARY KEY, note text);
INSERT INTO app.k VALUES ('ok'), ('sad');
CREATE TABLE app.t (k int, id int, m app.mood REFERENCES app.k ON UPDATE CASCADE) PARTITION BY LIST (k);
CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1) PARTITION BY RANGE (id);
CREATE TABLE app.t1_low PARTITION OF app.t1 FOR VALUES FROM (0) TO (10);
CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES IN (2);
ALTER TABLE app.t2 ADD CONSTRAINT own FOREIGN KEY (m) REFERENCES app.k ON DELETE CASCADE NOT VALID;
COMMENT ON CONSTRAINT t_m_fkey ON app.t IS 'fk';
INSERT INTO app.t VALUES (1, 1, 'ok'), (2, 2, 'sad'), (2, 3, NULL);
