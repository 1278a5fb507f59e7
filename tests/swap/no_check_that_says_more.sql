-- old: a, b, x
-- new: c, a, b
-- refused: constraint conjunction on table app.t uses 'x', which the change removes
-- refused: constraint listed on table app.t uses 'x'
-- refused: constraint not_null on table app.t uses 'x'
-- refused: constraint k uses 'x'
CREATE TABLE app.t (id int, m app.mood);
ALTER TABLE app.t ADD CONSTRAINT conjunction CHECK (m <> 'x' AND id > 0);
ALTER TABLE app.t ADD CONSTRAINT listed CHECK (m IN ('a', 'b', 'x'));
ALTER TABLE app.t ADD CONSTRAINT not_null CHECK (m IS NOT NULL AND m <> 'x');
ALTER TABLE app.t ADD CONSTRAINT harmless CHECK (m <> 'x');
CREATE DOMAIN app.d AS app.mood CONSTRAINT k CHECK (VALUE IN ('a', 'x'));
