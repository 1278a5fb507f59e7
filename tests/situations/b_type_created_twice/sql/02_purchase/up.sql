CREATE TYPE approval AS ENUM ('asked', 'granted', 'refused');
CREATE TABLE purchase (id int PRIMARY KEY, approval approval);
