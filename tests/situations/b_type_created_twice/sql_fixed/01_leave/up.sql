CREATE TYPE approval AS ENUM ('asked', 'granted', 'refused');
CREATE TABLE leave (id int PRIMARY KEY, approval approval);
