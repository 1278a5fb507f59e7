-- old: HAPPY, HUNGRY
-- new: MEOW, MEOWMEOW, MEOWMEOWMEOW, PURR
-- removed: HAPPY -> PURR, HUNGRY -> MEOW
CREATE TABLE app."Cat" (id int PRIMARY KEY, "morningMood" app.mood NOT NULL DEFAULT 'HUNGRY', "alternateMorningMood" app.mood NOT NULL DEFAULT 'HUNGRY',
  "afternoonMood" app.mood NOT NULL DEFAULT 'HAPPY', "defaultMood" app.mood NOT NULL);
INSERT INTO app."Cat" (id, "defaultMood") VALUES (1, 'HAPPY'), (2, 'HUNGRY');
