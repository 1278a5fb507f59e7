-- old: sad, ok, x
-- new: sad, fine
-- was: ok -> fine
-- removed: x -> fine
-- refused: default value for column m of table app.t converts text to the type, and contains 'ok', which the change removes or renames, as text
-- refused: default value for column ms of table app.t converts text to the type, and contains 'ok', 'x', which the change removes or renames, as text
-- refused: view app.v converts text to the type, and contains 'x', which the change removes or renames, as text

CREATE TABLE app.t (
  m app.mood DEFAULT (CASE WHEN extract(year FROM now()) > 2000 THEN 'ok' ELSE 'sad' END)::app.mood,
  ms app.mood[] DEFAULT (string_to_array('ok,x', ',') || '{x,ok}'::text[])::app.mood[]
);
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = lower('x')::app.mood;
