-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE VIEW app.v AS SELECT 'ok'::app.mood AS m, ARRAY['sad'::app.mood] AS ms, enum_range(NULL::app.mood) AS all_of_them;
