-- old: active, passive
-- new: passive, active
CREATE TABLE app.users (id serial PRIMARY KEY, status app.mood);
INSERT INTO app.users (status) VALUES ('active'), ('passive');
