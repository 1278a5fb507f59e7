-- old: First, Second, Last
-- new: First, Second
CREATE TABLE app."Test" (id text PRIMARY KEY, positions app.mood[] NOT NULL);
INSERT INTO app."Test" VALUES ('a', '{First,Second}'), ('b', '{}');
