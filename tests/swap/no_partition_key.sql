-- old: a, b, c
-- new: c, b, a
-- refused: column m of table app.t cannot get another type because it is part of the partition key
CREATE TABLE app.t (m app.mood) PARTITION BY LIST (m);
