-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, m app.mood, r int4range, EXCLUDE USING gist (r WITH &&) WHERE (m = 'ok'));
INSERT INTO app.t VALUES (1, 'ok', '[1,2]'), (2, 'x', NULL);
ALTER TABLE app.t ADD CONSTRAINT plain EXCLUDE USING btree (id WITH =, m WITH =);
COMMENT ON CONSTRAINT plain ON app.t IS 'plain';
