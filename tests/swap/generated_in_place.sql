-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
-- from PostgreSQL: 17
CREATE FUNCTION app.f(app.mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.textin(pg_catalog.enum_out($1)) $$;
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood,
    g bool GENERATED ALWAYS AS (m = 'ok') STORED,
    h app.mood GENERATED ALWAYS AS (CASE WHEN m = 'sad' THEN 'ok' ELSE m END) STORED,
    i app.mood[] NOT NULL GENERATED ALWAYS AS (ARRAY[m, 'ok']) STORED,
    j text NOT NULL GENERATED ALWAYS AS (coalesce(app.f(m), '-')) STORED, ms app.mood[]);
INSERT INTO app.t (id, m, ms) VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE UNIQUE INDEX u ON app.t (j, id);
ALTER TABLE app.t REPLICA IDENTITY USING INDEX u;
CREATE INDEX v ON app.t (h);
ALTER TABLE app.t CLUSTER ON v;
ALTER TABLE app.t ADD CONSTRAINT c CHECK (g IS NOT NULL OR id = 3);
COMMENT ON COLUMN app.t.g IS 'g';
GRANT SELECT (g, h) ON app.t TO reader_of_swaps;
ALTER TABLE app.t ALTER COLUMN j SET STATISTICS 7, ALTER COLUMN j SET STORAGE EXTERNAL;
CREATE VIEW app.v1 AS SELECT g, j FROM app.t WHERE h = 'ok';
