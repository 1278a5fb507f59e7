-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT CASE WHEN random() < 2 THEN 'ok'::app.mood ELSE 'sad' END, n app.mood DEFAULT coalesce(NULL::app.mood, 'ok'),
  k bool DEFAULT 'ok'::app.mood = 'sad'::app.mood, ms app.mood[] DEFAULT array_append(ARRAY['sad'::app.mood], 'ok'));
INSERT INTO app.t (id, m) VALUES (1, 'x'), (2, 'ok'), (3, 'sad');
