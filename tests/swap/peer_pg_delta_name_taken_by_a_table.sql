-- old: a, b, c
-- new: a, b
CREATE TABLE app.thing (s app.mood);
CREATE TABLE app.mood_old (x int);
CREATE TABLE app._mood_old (x int);
INSERT INTO app.thing VALUES ('a');
