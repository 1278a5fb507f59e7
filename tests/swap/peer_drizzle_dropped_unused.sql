-- old: value1, value2, value3
-- new: value1, value3
SELECT 1;
