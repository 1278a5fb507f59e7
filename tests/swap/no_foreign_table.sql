-- old: a, b, c
-- new: c, b, a
-- refused: column m of foreign table app.t cannot get another type because its rows are in another database
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER IF NOT EXISTS s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE app.t (m app.mood) SERVER s;
