-- old: value1, value2, value3
-- new: value1, value3, value2
CREATE TABLE app."table" ("column" app.mood[], sized app.mood[3], "default" app.mood[3] DEFAULT '{value2}'::app.mood[],
  matrix app.mood[3][2], "matrix default" app.mood[3][2] DEFAULT '{{value2}}'::app.mood[]);
INSERT INTO app."table" VALUES ('{value1,value3}', '{value2}', DEFAULT, '{{value1,value2},{value3,NULL}}', DEFAULT);
