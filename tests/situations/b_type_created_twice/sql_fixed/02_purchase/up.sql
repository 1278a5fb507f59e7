CREATE TABLE purchase (id int PRIMARY KEY, approval approval);
