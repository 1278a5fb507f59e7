-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, m app.mood NOT NULL, CONSTRAINT k UNIQUE (id, m) WITH (fillfactor = 70), PRIMARY KEY (m, id));
ALTER TABLE app.t CLUSTER ON k;
ALTER TABLE app.t REPLICA IDENTITY USING INDEX t_pkey;
INSERT INTO app.t VALUES (1, 'ok'), (2, 'x');
