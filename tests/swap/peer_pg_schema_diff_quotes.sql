-- old: a, b, it's
-- new: it's, a, O'Brien
-- removed: b -> a
CREATE TABLE app.foo (val app.mood DEFAULT 'it''s', CHECK (val <> 'it''s' OR val IS NOT NULL));
INSERT INTO app.foo VALUES ('a'), ('b'), ('it''s');
