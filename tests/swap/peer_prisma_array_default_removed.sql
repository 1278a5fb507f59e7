-- old: SLEEPY, MOODY
-- new: HUNGRY, SLEEPY
-- refused: default value for column moods of table app."Cat" is 'MOODY', which the change removes
CREATE TABLE app."Cat" (id int PRIMARY KEY, moods app.mood[] DEFAULT '{MOODY}');
