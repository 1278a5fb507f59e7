-- old: sad, ok, x
-- new: sad, ok
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood);
/* before */ ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m <> 'x');
INSERT INTO app.t VALUES (1, 'sad'), (2, NULL);
