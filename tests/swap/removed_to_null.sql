-- old: a, b
-- new: a
-- removed: b -> NULL
CREATE TABLE app.t (m app.mood, ms app.mood[] NOT NULL);
INSERT INTO app.t VALUES ('b', '{a,b}'), ('a', '{b}');
