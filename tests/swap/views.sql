-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE VIEW app.v AS SELECT id, m AS mood FROM app.t WHERE m = 'ok';
CREATE VIEW app.w (a, b) WITH (security_barrier = true) AS SELECT v.id, v.mood FROM app.v JOIN app.t USING (id) WHERE 'sad'::app.mood < v.mood;
CREATE VIEW app.z AS SELECT count(*) FROM app.w;
COMMENT ON VIEW app.v IS 'it''s';
COMMENT ON COLUMN app.w.a IS 'a';
GRANT SELECT ON app.v TO reader_of_swaps WITH GRANT OPTION;
GRANT SELECT (a), UPDATE (b) ON app.w TO reader_of_swaps;
GRANT ALL ON app.z TO PUBLIC;
REVOKE DELETE ON app.z FROM CURRENT_USER;
