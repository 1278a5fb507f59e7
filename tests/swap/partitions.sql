-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (k int, m app.mood DEFAULT 'ok', ms app.mood[]) PARTITION BY LIST (k);
CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1);
CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES IN (2);
ALTER TABLE ONLY app.t2 ALTER m SET DEFAULT 'sad';
ALTER TABLE app.t ADD CONSTRAINT c CHECK (m <> 'ok' OR k > 0);
CREATE INDEX p ON app.t (k) WHERE m = 'ok';
CREATE INDEX q ON app.t (m);
INSERT INTO app.t VALUES (1, 'x', '{x}'), (2, 'ok', NULL);
