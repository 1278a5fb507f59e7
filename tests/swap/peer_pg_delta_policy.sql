-- old: public, private
-- new: private, public
CREATE TABLE app.notes (id int PRIMARY KEY, level app.mood NOT NULL);
ALTER TABLE app.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON app.notes FOR SELECT USING (level = 'public');
INSERT INTO app.notes VALUES (1, 'public'), (2, 'private');
