-- old: HAPPY, HUNGRY
-- new: HAPPY, ANGRY
CREATE TABLE app."Panther" (id int PRIMARY KEY, mood app.mood NOT NULL DEFAULT 'HAPPY');
CREATE TABLE app."Tiger" (id int PRIMARY KEY, mood app.mood NOT NULL DEFAULT 'HAPPY');
CREATE TABLE app."Leopard" (id int PRIMARY KEY, mood app.mood NOT NULL DEFAULT 'HAPPY');
CREATE TABLE app."Lion" (id int PRIMARY KEY, mood app.mood NOT NULL);
INSERT INTO app."Tiger" (id) VALUES (1);
INSERT INTO app."Lion" VALUES (1, 'HAPPY');
