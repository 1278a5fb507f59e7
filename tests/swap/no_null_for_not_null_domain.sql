-- old: a, b, c
-- new: c, b
-- removed: a -> NULL
-- refused: is NOT NULL, and the removed label 'a' is replaced by NULL
CREATE DOMAIN app.d AS app.mood NOT NULL;
