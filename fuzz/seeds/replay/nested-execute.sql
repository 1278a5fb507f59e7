E
DO $outer$
BEGIN
    EXECUTE $inner$
        DO $$ BEGIN EXECUTE 'CREATE TYPE a AS ENUM (''x'', E''y\\n'')'; END $$;
        ALTER TYPE a ADD VALUE 'z';
    $inner$;
    EXECUTE E'ALTER TYPE a\n ADD VALUE U&''\\0061''';
    EXECUTE 'ALTER TYPE a ADD VALUE ''' || 'broken';
END
$outer$;
