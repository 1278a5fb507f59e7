-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (m app.mood PRIMARY KEY);
CREATE TABLE app.u (m app.mood REFERENCES app.t ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, n app.mood);
ALTER TABLE app.u ADD CONSTRAINT n_fk FOREIGN KEY (n) REFERENCES app.t NOT VALID;
COMMENT ON CONSTRAINT n_fk ON app.u IS 'n';
INSERT INTO app.t VALUES ('ok'), ('sad');
INSERT INTO app.u VALUES ('ok', 'sad');
