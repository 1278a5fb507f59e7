-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, ms app.mood[]);
ALTER TABLE app.t ALTER ms SET STORAGE EXTERNAL;
ALTER TABLE app.t ALTER ms SET STATISTICS 7;
GRANT SELECT (ms) ON app.t TO reader_of_swaps;
COMMENT ON COLUMN app.t.ms IS 'ms';
INSERT INTO app.t VALUES (1, '{x,ok}');
