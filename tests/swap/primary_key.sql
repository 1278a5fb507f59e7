-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (m app.mood PRIMARY KEY, id int);
INSERT INTO app.t VALUES ('ok', 1), ('sad', 2);
COMMENT ON CONSTRAINT t_pkey ON app.t IS 'key';
