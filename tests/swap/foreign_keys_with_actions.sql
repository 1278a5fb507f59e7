-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> great
CREATE TABLE app.k (m app.mood, n app.mood, id int, PRIMARY KEY (m, id), UNIQUE (n));
CREATE TABLE app.t (m app.mood DEFAULT 'ok', n app.mood DEFAULT 'sad' REFERENCES app.k (n) ON DELETE SET DEFAULT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED, id int,
  CONSTRAINT f FOREIGN KEY (m, id) REFERENCES app.k MATCH FULL ON DELETE SET NULL NOT VALID);
INSERT INTO app.k VALUES ('ok', 'sad', 1), ('sad', 'ok', 2), ('sad', 'x', 3);
INSERT INTO app.t VALUES ('ok', 'sad', 1), ('sad', 'x', 2);
COMMENT ON CONSTRAINT f ON app.t IS 'f';
