-- old: a, b, c
-- new: c, b, a
-- refused: default value for column g of table app.t is generated from the type
CREATE TABLE app.t (m app.mood, g bool GENERATED ALWAYS AS (m = 'a') STORED);
