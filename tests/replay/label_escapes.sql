-- Every way to write a string.
CREATE TYPE mood AS ENUM (E'a\'b', E'tab\there', E'\x41\102\u0043\U00000044', U&'d\0061t\+000061', U&'!0061' UESCAPE '!', $$dollar 'quoted'$$, $tag$with $$ inside$tag$);

ALTER TYPE mood ADD VALUE E'new\nline';

ALTER TYPE mood ADD VALUE U&'caf\00e9' BEFORE $$a'b$$;

ALTER TYPE mood RENAME VALUE 'ABCD' TO e'\\';

ALTER TYPE mood ADD VALUE $$\$$;

ALTER TYPE mood ADD VALUE '\\' AFTER '\';
