-- old: a, b, c
-- new: c, b, a
-- refused: it is a generated column, and its table inherits or is inherited
CREATE TABLE app.t (m app.mood, g bool GENERATED ALWAYS AS (m = 'a') STORED);
CREATE TABLE app.u () INHERITS (app.t);
