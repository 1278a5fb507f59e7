CREATE TYPE parcel_state AS ENUM ('packed', 'sent', 'lost');
CREATE TABLE parcel (id int PRIMARY KEY, state parcel_state NOT NULL);
