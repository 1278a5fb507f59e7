-- old: a, b
-- new: a
-- removed: b -> NULL
-- refused: column m of table app.t is NOT NULL, and the removed label 'b' is replaced by NULL
CREATE TABLE app.t (m app.mood NOT NULL);
