-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON app.t USING (m = 'ok');
CREATE POLICY b ON app.t AS RESTRICTIVE FOR INSERT TO reader_of_swaps, owner_of_swaps WITH CHECK (m <> 'ok' AND id > 0);
CREATE POLICY c ON app.t FOR UPDATE TO reader_of_swaps USING (m = 'ok') WITH CHECK (m IN ('ok', 'sad'));
COMMENT ON POLICY c ON app.t IS 'c';
