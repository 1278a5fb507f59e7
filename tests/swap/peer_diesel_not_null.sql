-- old: a, b, c
-- new: a, b
-- removed: c -> a
CREATE TABLE app.resource (resource_id int4 NOT NULL PRIMARY KEY, some_field app.mood NOT NULL DEFAULT 'c',
  between int4, some_field2 app.mood NOT NULL CHECK (some_field2 <> 'a'), UNIQUE (some_field, resource_id));
CREATE INDEX by_field ON app.resource (some_field);
INSERT INTO app.resource VALUES (1, 'a', 1, 'b'), (2, 'c', 2, 'b');
