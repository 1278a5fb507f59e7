-- old: value1, value2, value3
-- new: value1, value3, value2
CREATE TABLE app."table" ("column" app.mood DEFAULT 'value2', id int);
INSERT INTO app."table" (id) VALUES (1), (2);
