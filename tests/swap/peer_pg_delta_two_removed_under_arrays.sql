-- old: low, medium, high, critical, urgent, blocked
-- new: low, medium, high, critical
CREATE TABLE app.tasks (id int PRIMARY KEY, priority app.mood, tags app.mood[]);
CREATE TABLE app.task_history (id int PRIMARY KEY, old_priority app.mood, new_priority app.mood);
INSERT INTO app.tasks VALUES (1, 'high', ARRAY['high', 'critical']::app.mood[]);
INSERT INTO app.task_history VALUES (1, 'medium', 'high');
