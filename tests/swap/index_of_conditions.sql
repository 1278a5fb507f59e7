-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, done boolean, at timestamptz, m app.mood, ms app.mood[]);
CREATE INDEX p ON app.t (id) WHERE m = 'ok';
CREATE UNIQUE INDEX "Q q" ON app.t (id, m) WHERE m IN ('ok', 'sad') AND at IS NULL;
CREATE INDEX r ON app.t USING btree (m) WHERE NOT done AND 'ok' = ANY (ms);
CREATE INDEX s ON app.t (m, id);
CREATE INDEX u ON app.t USING hash (m);
CREATE INDEX v ON app.t (id) WHERE m IS NOT NULL;
COMMENT ON INDEX app.p IS 'p';
INSERT INTO app.t VALUES (1, true, NULL, 'ok', '{x}'), (2, false, '2020-01-01', 'x', '{ok,NULL}');
