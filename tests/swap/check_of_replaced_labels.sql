-- old: sad, ok, x
-- new: fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood NOT NULL DEFAULT 'ok');
INSERT INTO app.t VALUES (1, 'x'), (2, 'ok');
/* before */ ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m <> 'x') NOT VALID;
