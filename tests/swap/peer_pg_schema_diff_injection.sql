-- old: a, b
-- new: x'); DROP TABLE app.foo; --, b, a
CREATE TABLE app.foo (val app.mood DEFAULT 'a');
INSERT INTO app.foo VALUES ('a'), ('b');
