-- old: value1, value2, value3
-- new: value1, value3
CREATE TABLE app."table" ("column" app.mood);
CREATE SCHEMA IF NOT EXISTS new_schema;
CREATE TABLE IF NOT EXISTS new_schema."table" ();
ALTER TABLE new_schema."table" ADD COLUMN "column" app.mood;
INSERT INTO app."table" VALUES ('value1'), ('value3');
INSERT INTO new_schema."table" VALUES ('value3');
