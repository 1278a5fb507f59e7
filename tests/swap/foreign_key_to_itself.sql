-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, m app.mood, up app.mood, PRIMARY KEY (id, m), FOREIGN KEY (id, up) REFERENCES app.t (id, m) ON UPDATE CASCADE);
INSERT INTO app.t VALUES (1, 'ok', NULL), (1, 'sad', 'ok');
