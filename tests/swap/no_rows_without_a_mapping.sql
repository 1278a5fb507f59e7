-- old: a, b
-- new: a
-- refused: column m of table app.t holds the removed label 'b' in 2 rows
-- refused: column ms of table app.t holds the removed label 'b' in 1 row,
CREATE TABLE app.t (m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES ('a', '{a,b,b}'), ('b', NULL), ('b', '{a}');
