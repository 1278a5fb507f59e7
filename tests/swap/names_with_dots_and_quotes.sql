-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app."t.""x" ("m.""y" app.mood DEFAULT 'ok', "order" app.mood[] DEFAULT '{ok}', CONSTRAINT "c.""k" CHECK ("m.""y" <> 'sad' OR "order" IS NULL));
CREATE INDEX "i.""z" ON app."t.""x" ("order") WHERE "m.""y" = 'ok';
CREATE VIEW app."v.""x" AS SELECT "m.""y" AS "%s", "order" AS "$1" FROM app."t.""x" WHERE "m.""y" = 'ok';
CREATE FUNCTION app."f.""x"("p.""q" app.mood DEFAULT 'ok') RETURNS app.mood LANGUAGE sql AS $f$ SELECT $1 $f$;
CREATE STATISTICS app."s.""x" ON "m.""y", "order" FROM app."t.""x";
ALTER TABLE app."t.""x" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "p.""x" ON app."t.""x" USING ("m.""y" = 'ok') WITH CHECK ("m.""y" <> 'sad');
INSERT INTO app."t.""x" VALUES ('x', '{x,ok}'), ('ok', '{}');
