-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 3) PRIMARY KEY, m app.mood NOT NULL DEFAULT 'ok', s serial, b text COLLATE "C", ms app.mood[] NOT NULL DEFAULT '{}');
ALTER TABLE app.t ALTER COLUMN m SET STATISTICS 77, ALTER COLUMN m SET (n_distinct = 3), ALTER COLUMN ms SET STORAGE EXTERNAL;
ALTER TABLE app.t SET (fillfactor = 80, autovacuum_enabled = false);
GRANT SELECT (m), UPDATE (m, ms), INSERT (id) ON app.t TO reader_of_swaps WITH GRANT OPTION;
COMMENT ON COLUMN app.t.m IS 'it''s m';
INSERT INTO app.t (m) VALUES ('x'), ('ok'), ('sad');
ALTER TABLE app.t REPLICA IDENTITY FULL;
