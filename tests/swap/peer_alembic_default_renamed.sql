-- old: active, passive
-- new: inactive, active
-- was: passive -> inactive
CREATE TABLE app.orders (id serial PRIMARY KEY, status app.mood DEFAULT 'passive');
INSERT INTO app.orders DEFAULT VALUES;
INSERT INTO app.orders (status) VALUES ('active');
