-- old: a, b
-- new: b, a
-- renamed to: feeling
CREATE TABLE app.t (m app.mood DEFAULT 'a');
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'a'::app.mood;
INSERT INTO app.t VALUES ('a'), ('b');
