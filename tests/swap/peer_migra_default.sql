-- old: pending, processing, complete
-- new: rejected, pending, processing, complete
CREATE TYPE app.other AS ENUM ('x1', 'x2');
CREATE TABLE app.orders (id serial PRIMARY KEY, status app.mood DEFAULT 'pending'::app.mood, othercolumn app.other);
INSERT INTO app.orders (status) VALUES ('complete');
INSERT INTO app.orders (othercolumn) VALUES ('x1');
