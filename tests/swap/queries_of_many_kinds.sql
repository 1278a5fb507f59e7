-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE VIEW app.a AS WITH c AS (SELECT m, count(*) AS n FROM app.t GROUP BY GROUPING SETS ((m), ())) SELECT * FROM c WHERE m IS NULL OR m IN (SELECT 'ok'::app.mood UNION ALL SELECT 'sad'::app.mood);
CREATE VIEW app.b AS SELECT t.id, u.e, row_number() OVER (PARTITION BY u.e ORDER BY t.m DESC) AS n FROM app.t, LATERAL unnest(t.ms) WITH ORDINALITY AS u (e, o) WHERE u.e IS NOT DISTINCT FROM 'ok';
CREATE VIEW app.c AS SELECT json_agg(t.m ORDER BY t.m) FILTER (WHERE t.m > 'sad') AS j, array_agg(DISTINCT t.m) AS ms, min(t.m) AS least FROM app.t;
CREATE VIEW app.d AS SELECT CASE m WHEN 'ok' THEN 'yes' WHEN 'sad' THEN 'no' END AS text_of, NULLIF(m, 'ok') AS n, GREATEST(m, 'sad') AS g, m::text || 'y' AS t FROM app.t;
CREATE VIEW app.e AS VALUES ('ok'::app.mood, ARRAY['ok', NULL]::app.mood[]);
CREATE VIEW app.f AS SELECT m FROM app.t TABLESAMPLE SYSTEM (100) WHERE (m, id) > ('ok', 3) FOR SHARE;
CREATE MATERIALIZED VIEW app.g AS SELECT m, ROW (m, 'ok'::app.mood) = ROW ('ok'::app.mood, m) AS same FROM app.a;
CREATE UNIQUE INDEX ON app.g (m) WHERE m <> 'ok';
