-- old: 1, 2, 3
-- new: 0, 1, 3
CREATE TABLE app.foo (val app.mood);
INSERT INTO app.foo VALUES ('1'), ('3'), (NULL);
