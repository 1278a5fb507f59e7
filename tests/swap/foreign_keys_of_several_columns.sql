-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
CREATE TABLE app.t (id int, m app.mood, "references" app.mood, UNIQUE (m, id), UNIQUE ("references"));
CREATE TABLE app.u (m int, id app.mood, FOREIGN KEY (id, m) REFERENCES app.t (m, id) MATCH FULL ON DELETE CASCADE ON UPDATE RESTRICT);
CREATE TABLE app.w ("references" app.mood PRIMARY KEY REFERENCES app.t ("references") DEFERRABLE, id app.mood REFERENCES app.w);
INSERT INTO app.t VALUES (1, 'ok', 'sad'), (2, 'sad', 'ok');
INSERT INTO app.u VALUES (1, 'ok'), (NULL, NULL);
INSERT INTO app.w VALUES ('sad', NULL), ('ok', 'sad');
