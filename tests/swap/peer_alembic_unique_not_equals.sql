-- old: admin, writer
-- new: writer, administrator
-- was: admin -> administrator
CREATE TABLE app.users (id serial PRIMARY KEY, role app.mood);
CREATE UNIQUE INDEX admin_unique ON app.users (role) WHERE role <> 'admin'::app.mood;
INSERT INTO app.users (role) VALUES ('admin'), ('admin'), ('writer'), (NULL);
