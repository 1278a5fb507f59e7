CREATE TYPE fuel AS ENUM ('petrol', 'current');
CREATE TABLE van (id int PRIMARY KEY, fuel fuel NOT NULL);
