-- old: low, medium, high, critical, urgent, blocked
-- new: low, medium, high, critical
-- refused: view app.high_priority_tasks uses 'urgent', which the change removes
CREATE TABLE app.tasks (id int PRIMARY KEY, title text, priority app.mood DEFAULT 'medium');
CREATE VIEW app.high_priority_tasks AS SELECT id, title FROM app.tasks WHERE priority IN ('high', 'critical', 'urgent');
INSERT INTO app.tasks VALUES (1, 'Fix bug', 'high');
