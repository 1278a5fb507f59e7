-- An operator may take what is compared with a label.
CREATE TYPE two AS ENUM ('a');

CREATE TABLE h (id int, m two);

CREATE FUNCTION like_text(two, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';

SELECT * FROM h WHERE m = 'nope';

CREATE OPERATOR = (LEFTARG = two, RIGHTARG = text, FUNCTION = like_text);

SELECT * FROM h WHERE m = 'nope';
