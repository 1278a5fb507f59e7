-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (k int, id int, m app.mood NOT NULL DEFAULT 'ok', ms app.mood[], PRIMARY KEY (k, id, m)) PARTITION BY LIST (k);
CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1) PARTITION BY RANGE (id);
CREATE TABLE app.t1_low PARTITION OF app.t1 FOR VALUES FROM (0) TO (10);
CREATE TABLE app.t1_high PARTITION OF app.t1 FOR VALUES FROM (10) TO (20);
CREATE TABLE app.attached (id int NOT NULL, ms app.mood[], k int NOT NULL, m app.mood NOT NULL DEFAULT 'sad' CONSTRAINT own CHECK (m <> 'ok' OR id > 0));
ALTER TABLE app.t ATTACH PARTITION app.attached FOR VALUES IN (2);
ALTER TABLE app.attached ALTER ms SET NOT NULL;
CREATE UNIQUE INDEX u ON app.t (k, m, id);
CREATE INDEX p ON app.t ((m = 'ok')) WHERE m <> 'sad';
CREATE INDEX own_i ON app.t1_low (m);
ALTER TABLE app.t ADD CONSTRAINT uq UNIQUE (id, m, k);
ALTER TABLE app.t ADD CONSTRAINT c CHECK (m <> 'ok' OR k > 0);
ALTER TABLE app.t ADD CONSTRAINT d CHECK (cardinality(ms) < 9);
COMMENT ON CONSTRAINT c ON app.t IS 'c';
COMMENT ON CONSTRAINT t1_low_id_m_k_key ON app.t1_low IS 'uq';
COMMENT ON INDEX app.u IS 'u';
COMMENT ON COLUMN app.t1.m IS 'm';
GRANT SELECT (m) ON app.t1_high TO reader_of_swaps;
ALTER TABLE app.t1_high ALTER m SET STATISTICS 7, ALTER ms SET STORAGE EXTERNAL;
ALTER TABLE app.t1_low CLUSTER ON own_i;
ALTER TABLE app.t1_high REPLICA IDENTITY USING INDEX t1_high_pkey;
CREATE VIEW app.v AS SELECT id, m FROM app.t WHERE m = 'ok';
INSERT INTO app.t (k, id, m, ms) VALUES (1, 1, 'x', '{x}'), (1, 11, 'sad', NULL), (2, 2, 'ok', '{ok,NULL}');
