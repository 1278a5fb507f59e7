-- old: 1, 2, 3
-- new: 0, 1, 3
SELECT 1;
