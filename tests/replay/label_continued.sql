-- A string goes on after a line break.
CREATE TYPE mood AS ENUM ('sad'
  'der', 'o'
'k'   -- not
'ay', E'a'
'\x62');

ALTER TYPE mood ADD VALUE 'very'
 ' happy' BEFORE 'sad'
 'der';

ALTER TYPE mood RENAME VALUE 'okay' TO 'o'
'k';
