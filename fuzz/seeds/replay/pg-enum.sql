E
CREATE TYPE size AS ENUM ('s', 'm', 'l');
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_enum e JOIN pg_type t ON e.enumtypid = t.oid
                   WHERE t.typname = 'size' AND e.enumlabel = 'xl') THEN
        ALTER TYPE size ADD VALUE 'xl';
    END IF;
END $$;
DELETE FROM pg_enum WHERE enumlabel = 's' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'size');
UPDATE pg_enum SET enumlabel = 'medium' WHERE enumlabel = 'm' AND enumtypid = 'size'::regtype;
UPDATE pg_enum SET enumlabel = 'twice' WHERE enumtypid = 'size'::regtype;
INSERT INTO pg_enum SELECT 1, 'size'::regtype, 4, 'xs';
