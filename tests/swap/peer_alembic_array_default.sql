-- old: A, B
-- new: A, C, B
CREATE TABLE app.a (id int, letters app.mood[] DEFAULT ARRAY['A', 'B']::app.mood[]);
CREATE TABLE app.b (letters app.mood[] DEFAULT '{}', other app.mood[] DEFAULT '{"A"}');
INSERT INTO app.a (id) VALUES (1);
INSERT INTO app.b DEFAULT VALUES;
