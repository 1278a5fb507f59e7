-- old: a, b, c
-- new: a
-- removed: b -> a, c -> NULL
CREATE TABLE app.t (m app.mood, ms app.mood[] DEFAULT '{b,c}');
INSERT INTO app.t VALUES ('b', '{a,b}'), ('c', '{c,NULL}');
