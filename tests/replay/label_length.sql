-- 63 bytes are a label, 64 are not, and bytes are not characters.
CREATE TYPE mood AS ENUM ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');

ALTER TYPE mood ADD VALUE 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

ALTER TYPE mood ADD VALUE 'ééééééééééééééééééééééééééééééé';

ALTER TYPE mood ADD VALUE 'éééééééééééééééééééééééééééééééé';

ALTER TYPE mood ADD VALUE '日本語🦀';

CREATE TYPE long AS ENUM ('a', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc');

ALTER TYPE mood RENAME VALUE '日本語🦀' TO 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd';

ALTER TYPE mood ADD VALUE IF NOT EXISTS 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee';

ALTER TYPE mood ADD VALUE 'new' BEFORE 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff';

CREATE TYPE mood AS ENUM ('gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg');

CREATE TYPE twice AS ENUM ('a', 'a');

CREATE TYPE cases AS ENUM ('a', 'A', 'é', 'É');
