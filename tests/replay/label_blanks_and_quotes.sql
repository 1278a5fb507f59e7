-- Labels with quotes, blanks, nothing.
CREATE TYPE mood AS ENUM ('it''s', '', ' ', '  two ', 'a"b', 'a\b', '''', 'semi;colon', '-- no comment', '/* nor this */', '$$', '%', 'tab	tab');

ALTER TYPE mood ADD VALUE 'it''''s' BEFORE 'it''s';

ALTER TYPE mood ADD VALUE IF NOT EXISTS '';

ALTER TYPE mood ADD VALUE '';

ALTER TYPE mood RENAME VALUE '' TO 'nothing';

ALTER TYPE mood ADD VALUE '' AFTER 'nothing';

ALTER TYPE mood RENAME VALUE '  two ' TO 'two';

ALTER TYPE mood RENAME VALUE 'two ' TO 'two';
