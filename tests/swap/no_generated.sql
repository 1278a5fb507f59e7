-- old: a, b, c
-- new: c, b, a
-- until PostgreSQL: 16
-- refused: column g of table app.t cannot get another type because it is a generated column, whose place before other columns cannot be kept before PostgreSQL 17
CREATE TABLE app.t (m app.mood, g bool GENERATED ALWAYS AS (m = 'a') STORED, z int);
