-- old: sad, ok, x
-- new: sad, ok
CREATE TABLE app.t (id int, m app.mood);
CREATE TABLE app.c (PRIMARY KEY (id)) INHERITS (app.t);
/* before */ ALTER TABLE app.c ADD CONSTRAINT t_m_not_x CHECK (m <> 'x');
/* before */ ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m <> 'x');
INSERT INTO app.c VALUES (1, 'sad'), (2, NULL);
