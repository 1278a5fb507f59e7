-- old: HAPPY, HUNGRY
-- new: HUNGRY
-- refused: column mood of table app."Cat" holds the removed label 'HAPPY' in 1 row
CREATE TABLE app."Cat" (id text PRIMARY KEY, mood app.mood NOT NULL);
INSERT INTO app."Cat" VALUES ('felix', 'HUNGRY'), ('mittens', 'HAPPY');
