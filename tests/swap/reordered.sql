-- old: a, b, c
-- new: c, b, a
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'a', '{a,NULL,b}'), (2, 'b', '[2:3]={c,a}'), (3, NULL, NULL);
CREATE INDEX ON app.t (m);
CREATE TABLE app.u (m app.mood UNIQUE, n app.mood[] UNIQUE);
INSERT INTO app.u VALUES ('a', '{a}'), ('c', '{c}');
