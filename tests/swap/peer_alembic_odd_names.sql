-- old: Walter White, Jesse Pinkman, Tuco
-- new: Walter White, Jesse Pinkman
CREATE TABLE app."user" (id serial PRIMARY KEY, "order" app.mood NOT NULL, "a column" app.mood[]);
INSERT INTO app."user" ("order", "a column") VALUES ('Walter White', '{"Jesse Pinkman"}');
