-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE MATERIALIZED VIEW app.v AS SELECT id, m FROM app.t;
CREATE UNIQUE INDEX i ON app.v (id);
CREATE INDEX j ON app.v (m) WHERE m = 'ok';
CREATE MATERIALIZED VIEW app.w WITH (fillfactor = 70) AS SELECT m FROM app.v WITH NO DATA;
COMMENT ON MATERIALIZED VIEW app.w IS 'w';
GRANT SELECT ON app.w TO reader_of_swaps;
ALTER MATERIALIZED VIEW app.v CLUSTER ON i;
ALTER MATERIALIZED VIEW app.v ALTER COLUMN id SET STATISTICS 7;
ALTER MATERIALIZED VIEW app.w OWNER TO owner_of_swaps;
CREATE VIEW app.z AS SELECT m FROM app.w;
