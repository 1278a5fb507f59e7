-- old: active, inactive, pending
-- new: pending, active, inactive
CREATE TABLE app.users (id int PRIMARY KEY, name text NOT NULL, status app.mood DEFAULT 'pending');
INSERT INTO app.users VALUES (1, 'a', 'active'), (2, 'b', 'inactive'), (3, 'c', DEFAULT);
CREATE MATERIALIZED VIEW app.summary AS SELECT status, count(*) AS count FROM app.users GROUP BY status;
