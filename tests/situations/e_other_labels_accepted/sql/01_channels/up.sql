CREATE TYPE channel AS ENUM ('mail', 'letter');
CREATE TABLE message (id serial PRIMARY KEY, channel channel NOT NULL);
