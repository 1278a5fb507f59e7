-- old: sad, ok, x
-- new: great, fine, sad
-- was: ok -> fine
-- removed: x -> fine
CREATE TABLE app.t (id int, m app.mood, n int);
CREATE UNIQUE INDEX u ON app.t (id) WHERE m = 'ok';
INSERT INTO app.t VALUES (1, 'ok', 1), (1, 'sad', 1), (2, 'x', 1);
INSERT INTO app.t VALUES (1, 'ok', 2) ON CONFLICT (id) WHERE m = 'ok' DO UPDATE SET n = excluded.n;
CREATE RULE r AS ON DELETE TO app.t DO INSTEAD UPDATE app.t SET m = 'sad' WHERE id = old.id AND m = 'ok';
CREATE RULE s AS ON UPDATE TO app.t WHERE new.m = 'ok' AND false DO INSTEAD INSERT INTO app.t VALUES (1, 'ok', 2) ON CONFLICT (id) WHERE m = 'ok' DO NOTHING;
