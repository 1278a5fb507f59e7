-- old: a, b, c
-- new: d, a, b, c
CREATE TABLE app.t (id integer PRIMARY KEY, category app.mood);
CREATE VIEW app.v AS SELECT * FROM app.t;
CREATE VIEW app.v2 AS SELECT *, 'b'::app.mood FROM app.t;
INSERT INTO app.t VALUES (1, 'a'), (2, 'c');
