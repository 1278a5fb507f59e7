-- old: a, b
-- new: a
-- removed: b -> a
-- refused: view app.v uses 'b', which the change removes
-- refused: index app.i uses 'b'
-- refused: constraint c on table app.t uses 'b'
-- refused: policy p on table app.t uses 'b'
CREATE TABLE app.t (m app.mood CONSTRAINT c CHECK (m IN ('a', 'b')));
CREATE VIEW app.v AS SELECT 1 FROM app.t WHERE m = 'b';
CREATE INDEX i ON app.t (m) WHERE m = 'b';
CREATE POLICY p ON app.t USING (m = 'b');
