-- old: 0, Grün, Blu, pfuh 🙄...
-- new: pfuh 🙄..., Blu, 0
-- removed: Grün -> Blu
CREATE TABLE app."Test" (id int PRIMARY KEY, "mainColor" app.mood NOT NULL DEFAULT 'Grün', "secondaryColor" app.mood NOT NULL DEFAULT '0',
  "colorOrdering" app.mood[] DEFAULT ARRAY['Blu', '0', 'Grün', '0', 'Blu', '0']::app.mood[]);
INSERT INTO app."Test" (id) VALUES (1);
INSERT INTO app."Test" VALUES (2, 'pfuh 🙄...', 'Grün', '{Grün,Blu}');
