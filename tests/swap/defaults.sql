-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood NOT NULL DEFAULT 'ok', n app.mood DEFAULT 'x', ms app.mood[] DEFAULT '{x,ok}',
  k int DEFAULT length('x'::app.mood::text), a app.mood[] DEFAULT ARRAY['x'::app.mood, 'sad'::app.mood]);
INSERT INTO app.t (id, k) VALUES (1, 0);
