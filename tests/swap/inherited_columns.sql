-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, m app.mood);
CREATE TABLE app.c (m app.mood NOT NULL DEFAULT 'ok', own app.mood[]) INHERITS (app.t);
CREATE TABLE app.d () INHERITS (app.c);
CREATE INDEX ci ON app.c (m) WHERE own <> '{ok}';
ALTER TABLE app.t ADD CONSTRAINT n CHECK (m <> 'ok') NO INHERIT NOT VALID;
ALTER TABLE app.d ADD CONSTRAINT below CHECK (m <> 'sad' OR own IS NULL);
INSERT INTO app.t VALUES (1, 'sad');
INSERT INTO app.c VALUES (2, 'x', '{x,sad}');
INSERT INTO app.d VALUES (3, 'ok', NULL);
