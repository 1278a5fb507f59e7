-- old: sad, ok, x
-- new: ok, sad
-- removed: x -> ok
CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[]);
INSERT INTO app.t VALUES (1, 'sad', '{x,NULL,ok}'), (2, 'x', '[2:3][1:2]={{x,sad},{NULL,ok}}'), (3, NULL, NULL), (4, 'ok', '{}');
CREATE VIEW app.v AS SELECT id, m AS mood, count(*) OVER () AS n FROM app.t WHERE m = 'ok' OR ms && '{ok,sad}' -- both
  ORDER BY m;
GRANT SELECT, UPDATE (mood) ON app.v TO reader_of_swaps;
COMMENT ON VIEW app.v IS 'it''s';
COMMENT ON COLUMN app.v.mood IS 'a';
CREATE VIEW app.w (a, b) WITH (security_barrier = true) AS SELECT v.id, v.mood FROM app.v JOIN app.t USING (id) WHERE 'sad'::app.mood < v.mood;
CREATE OR REPLACE VIEW app.z AS SELECT count(*) AS n FROM app.w;
CREATE OR REPLACE VIEW app.z AS SELECT count(*) AS n, max(a) AS a FROM app.w;
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER i INSTEAD OF INSERT ON app.v FOR EACH ROW EXECUTE FUNCTION app.f();
CREATE RECURSIVE VIEW app.r (m) AS VALUES (NULL::app.mood) UNION SELECT m FROM app.t;
CREATE VIEW app.c AS SELECT * FROM app.t WHERE m < 'ok' WITH LOCAL CHECK OPTION;
