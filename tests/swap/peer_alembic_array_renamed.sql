-- old: black, white, red, green, blue, violet, other
-- new: black, white, red, green, blue, other, purple
-- was: violet -> purple
CREATE TABLE app.cars (id serial PRIMARY KEY, colors app.mood[]);
INSERT INTO app.cars (colors) VALUES ('{black}'), ('{white,violet}'), ('{}'), (NULL);
