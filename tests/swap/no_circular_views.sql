-- old: a, b, c
-- new: c, b, a
-- refused: need one another
CREATE VIEW app.v AS SELECT 'a'::app.mood AS m;
CREATE VIEW app.w AS SELECT m FROM app.v;
CREATE OR REPLACE VIEW app.v AS SELECT m FROM app.w;
