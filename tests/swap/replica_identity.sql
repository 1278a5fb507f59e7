-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (m app.mood NOT NULL, id int);
CREATE UNIQUE INDEX u ON app.t (m);
ALTER TABLE app.t REPLICA IDENTITY USING INDEX u;
INSERT INTO app.t VALUES ('ok', 1);
