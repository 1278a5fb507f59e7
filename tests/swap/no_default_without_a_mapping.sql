-- old: a, b
-- new: a
-- refused: default value for column m of table app.t is 'b', which the change removes
CREATE TABLE app.t (m app.mood DEFAULT 'b');
