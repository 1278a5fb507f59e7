-- What goes on after a line break has the escapes of what it goes on from.
CREATE TYPE mood AS ENUM ('a');

SELECT E'a'
'\''; ALTER TYPE mood ADD VALUE 'seen'; --';

ALTER TYPE mood ADD VALUE E'it'
  -- and on
	'\'s;';

ALTER TYPE mood ADD VALUE e'x' -- one
'\\' -- two
'\''';';

DO $$ BEGIN PERFORM E'a'
'\''; ALTER TYPE mood ADD VALUE 'block'; --';
END $$;

DO $$ BEGIN EXECUTE E'ALTER TYPE mood ADD VALUE E''x''\n''\\''y'''; END $$;

ALTER TYPE mood ADD VALUE 'plain'
'\'; ALTER TYPE mood ADD VALUE 'after';

SELECT E'a' /* no line break
*/ , '\'; ALTER TYPE mood ADD VALUE 'comma'; --';
