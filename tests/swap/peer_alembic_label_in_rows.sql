-- old: active, passive, banned
-- new: active, passive
-- refused: column status of table app.users holds the removed label 'banned' in 1 row
CREATE TABLE app.users (id serial PRIMARY KEY, status app.mood);
INSERT INTO app.users (status) VALUES ('active'), ('passive'), ('banned');
