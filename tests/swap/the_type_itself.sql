-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
COMMENT ON TYPE app.mood IS 'how one feels';
GRANT USAGE ON TYPE app.mood TO reader_of_swaps;
REVOKE USAGE ON TYPE app.mood FROM PUBLIC;
ALTER TYPE app.mood OWNER TO owner_of_swaps;
