-- old: a, b, c
-- new: a, b
CREATE TABLE app.t (m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES ('a', '{a,b}');
