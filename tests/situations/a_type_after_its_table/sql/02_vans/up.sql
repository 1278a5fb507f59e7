CREATE TABLE van (id int PRIMARY KEY, fuel fuel NOT NULL);
CREATE TYPE fuel AS ENUM ('petrol', 'current');
