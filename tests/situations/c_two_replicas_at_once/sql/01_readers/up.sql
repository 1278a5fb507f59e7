CREATE TABLE reader (id int PRIMARY KEY);
