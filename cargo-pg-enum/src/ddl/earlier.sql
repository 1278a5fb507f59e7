DO $pg_enum$
DECLARE
  home pg_catalog.text := 'app';
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  want pg_catalog.text[] := ARRAY['Sad', 'Happy'];
  live pg_catalog.regtype;
  have pg_catalog.text[];
  kind pg_catalog.text;
  label pg_catalog.text;
  before pg_catalog.text;
  twin pg_catalog.text;
  differences pg_catalog.text[];
  remedies pg_catalog.text[];
  detail pg_catalog.text;
BEGIN
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  live := to_regtype(full_name);
  IF live IS NULL
    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')
  THEN
    BEGIN
      PERFORM set_config('search_path', path, true);
      CREATE TYPE app.mood AS ENUM ('Sad', 'Happy');
      COMMENT ON TYPE app.mood IS 'A mood';
      RETURN;
    EXCEPTION WHEN duplicate_object THEN -- created while this session waited for the lock
      live := to_regtype(full_name);
    END;
  END IF;

  -- The name is taken: by what?
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO have;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      have := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
    WHEN undefined_function OR datatype_mismatch THEN
      SELECT CASE t.typtype
          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'
          WHEN 'c' THEN CASE c.relkind
            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END
          ELSE 'base type' END
        INTO kind FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = live;
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(
        'cannot create enum type %s: the name is taken by a %s; rename one of the two',
        full_name, coalesce(kind, 'type of another kind'));
  END;

  detail := format('expected %s; found %s', want, have);
  FOREACH label IN ARRAY want LOOP
    IF label <> ALL (have) THEN
      BEGIN
        EXECUTE format('SELECT %L::%s', label, full_name);
        want := array_remove(want, label); -- committed since this transaction's snapshot
      EXCEPTION WHEN invalid_text_representation THEN
        twin := (SELECT h FROM unnest(have) AS h
          WHERE lower(h) = lower(label) AND h <> ALL (want) LIMIT 1);
        IF twin IS NULL THEN
          differences := differences || format('label %L is missing', label);
          remedies := remedies || format('ALTER TYPE %s ADD VALUE %L%s;', full_name, label,
            coalesce(' AFTER ' || quote_literal(before), ' BEFORE ' || quote_literal(have[1])));
        ELSE
          differences := differences
            || format('label %L is missing, %L differs only by case', label, twin);
          remedies := remedies
            || format('ALTER TYPE %s RENAME VALUE %L TO %L;', full_name, twin, label);
          have := array_replace(have, twin, label);
        END IF;
      END;
    END IF;
    before := label;
  END LOOP;

  IF ARRAY(SELECT h FROM unnest(have) WITH ORDINALITY AS u (h, n) WHERE h = ANY (want) ORDER BY n)
    <> ARRAY(SELECT w FROM unnest(want) WITH ORDINALITY AS u (w, n) WHERE w = ANY (have) ORDER BY n)
  THEN
    differences := differences || 'the labels stand in another order'::text;
    remedies := remedies
      || '(no ALTER TYPE reorders labels: reorder the variants, or replace the type)'::text;
  END IF;

  IF differences IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(
        'enum type %s exists and is not as expected: %s; run: %s',
        full_name, array_to_string(differences, ', '), array_to_string(remedies, ' ')),
      DETAIL = detail,
      SCHEMA = home, DATATYPE = 'mood';
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := pg_catalog.current_schema();
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  want pg_catalog.text[] := ARRAY['Sad', 'Happy'];
  live pg_catalog.regtype;
  have pg_catalog.text[];
  kind pg_catalog.text;
  label pg_catalog.text;
  before pg_catalog.text;
  twin pg_catalog.text;
  differences pg_catalog.text[];
  remedies pg_catalog.text[];
  detail pg_catalog.text;
BEGIN
  IF home IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to create the enum type in; '
      'set search_path, or give the enum a schema';
  END IF;
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  live := to_regtype(full_name);
  IF live IS NULL
    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')
  THEN
    BEGIN
      PERFORM set_config('search_path', path, true);
      CREATE TYPE mood AS ENUM ('Sad', 'Happy');
      RETURN;
    EXCEPTION WHEN duplicate_object THEN -- created while this session waited for the lock
      live := to_regtype(full_name);
    END;
  END IF;

  -- The name is taken: by what?
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO have;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      have := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
    WHEN undefined_function OR datatype_mismatch THEN
      SELECT CASE t.typtype
          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'
          WHEN 'c' THEN CASE c.relkind
            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END
          ELSE 'base type' END
        INTO kind FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = live;
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(
        'cannot create enum type %s: the name is taken by a %s; rename one of the two',
        full_name, coalesce(kind, 'type of another kind'));
  END;

  detail := format('expected %s; found %s', want, have);
  FOREACH label IN ARRAY want LOOP
    IF label <> ALL (have) THEN
      BEGIN
        EXECUTE format('SELECT %L::%s', label, full_name);
        want := array_remove(want, label); -- committed since this transaction's snapshot
      EXCEPTION WHEN invalid_text_representation THEN
        twin := (SELECT h FROM unnest(have) AS h
          WHERE lower(h) = lower(label) AND h <> ALL (want) LIMIT 1);
        IF twin IS NULL THEN
          differences := differences || format('label %L is missing', label);
          remedies := remedies || format('ALTER TYPE %s ADD VALUE %L%s;', full_name, label,
            coalesce(' AFTER ' || quote_literal(before), ' BEFORE ' || quote_literal(have[1])));
        ELSE
          differences := differences
            || format('label %L is missing, %L differs only by case', label, twin);
          remedies := remedies
            || format('ALTER TYPE %s RENAME VALUE %L TO %L;', full_name, twin, label);
          have := array_replace(have, twin, label);
        END IF;
      END;
    END IF;
    before := label;
  END LOOP;

  IF ARRAY(SELECT h FROM unnest(have) WITH ORDINALITY AS u (h, n) WHERE h = ANY (want) ORDER BY n)
    <> ARRAY(SELECT w FROM unnest(want) WITH ORDINALITY AS u (w, n) WHERE w = ANY (have) ORDER BY n)
  THEN
    differences := differences || 'the labels stand in another order'::text;
    remedies := remedies
      || '(no ALTER TYPE reorders labels: reorder the variants, or replace the type)'::text;
  END IF;

  IF differences IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(
        'enum type %s exists and is not as expected: %s; run: %s',
        full_name, array_to_string(differences, ', '), array_to_string(remedies, ' ')),
      DETAIL = detail,
      SCHEMA = home, DATATYPE = 'mood';
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := 'app';
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  live pg_catalog.regtype;
  seen pg_catalog.text[];
  young pg_catalog.text[];
  have pg_catalog.text[];
  label pg_catalog.text;
BEGIN
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  live := to_regtype(full_name);
  IF live IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'there is no such type; run the migration that creates it, before this one';
  END IF;
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
      FOREACH label IN ARRAY ARRAY['Ok', 'Sad']::text[] LOOP
        IF label <> ALL (seen) THEN
          BEGIN
            EXECUTE format('SELECT %L::%s', label, full_name);
            young := young || label; -- committed since this transaction's snapshot
          EXCEPTION WHEN invalid_text_representation THEN NULL;
          END;
        END IF;
      END LOOP;
    WHEN undefined_function OR datatype_mismatch THEN
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
        || 'what has the name is no enum; rename one of the two';
  END;
  have := seen || young;
  IF 'Sad' <> ALL (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'it has no such label to add it after; run the migration that adds that one, before this one' || format(' (its labels: %s)', have);
  ELSIF NOT (array_position(seen, 'Ok') > array_position(seen, 'Sad')) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type' || format(' (its labels: %s)', have);
  END IF;
  IF 'Ok' <> ALL (have) THEN
    ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'Ok' AFTER 'Sad';
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := pg_catalog.current_schema();
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  live pg_catalog.regtype;
  seen pg_catalog.text[];
  young pg_catalog.text[];
  have pg_catalog.text[];
  label pg_catalog.text;
BEGIN
  IF home IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to look for the enum type in; '
      'set search_path, or give the enum a schema';
  END IF;
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  live := to_regtype(full_name);
  IF live IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'there is no such type; run the migration that creates it, before this one';
  END IF;
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
      FOREACH label IN ARRAY ARRAY['Ok', 'Sad']::text[] LOOP
        IF label <> ALL (seen) THEN
          BEGIN
            EXECUTE format('SELECT %L::%s', label, full_name);
            young := young || label; -- committed since this transaction's snapshot
          EXCEPTION WHEN invalid_text_representation THEN NULL;
          END;
        END IF;
      END LOOP;
    WHEN undefined_function OR datatype_mismatch THEN
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
        || 'what has the name is no enum; rename one of the two';
  END;
  have := seen || young;
  IF 'Sad' <> ALL (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'it has no such label to add it after; run the migration that adds that one, before this one' || format(' (its labels: %s)', have);
  ELSIF NOT (array_position(seen, 'Ok') > array_position(seen, 'Sad')) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
      || 'it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type' || format(' (its labels: %s)', have);
  END IF;
  IF 'Ok' <> ALL (have) THEN
    EXECUTE format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L AFTER %L', full_name, 'Ok', 'Sad');
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := 'app';
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  live pg_catalog.regtype;
  seen pg_catalog.text[];
  young pg_catalog.text[];
  have pg_catalog.text[];
  label pg_catalog.text;
BEGIN
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  live := to_regtype(full_name);
  IF live IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'there is no such type; run the migration that creates it, before this one';
  END IF;
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
      FOREACH label IN ARRAY ARRAY['Ok', 'Fine']::text[] LOOP
        IF label <> ALL (seen) THEN
          BEGIN
            EXECUTE format('SELECT %L::%s', label, full_name);
            young := young || label; -- committed since this transaction's snapshot
          EXCEPTION WHEN invalid_text_representation THEN NULL;
          END;
        END IF;
      END LOOP;
    WHEN undefined_function OR datatype_mismatch THEN
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
        || 'what has the name is no enum; rename one of the two';
  END;
  have := seen || young;
  IF 'Ok' = ANY (have) AND 'Fine' <> ALL (have) THEN
    ALTER TYPE app.mood RENAME VALUE 'Ok' TO 'Fine';
  ELSIF 'Ok' = ANY (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'it has both; update the rows that hold the first, and replace the type' || format(' (its labels: %s)', have);
  ELSIF 'Fine' <> ALL (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'it has neither; run the migration that adds the first, before this one' || format(' (its labels: %s)', have);
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := pg_catalog.current_schema();
  full_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  live pg_catalog.regtype;
  seen pg_catalog.text[];
  young pg_catalog.text[];
  have pg_catalog.text[];
  label pg_catalog.text;
BEGIN
  IF home IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to look for the enum type in; '
      'set search_path, or give the enum a schema';
  END IF;
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  full_name := format('%I.%I', home, 'mood');
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  live := to_regtype(full_name);
  IF live IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'there is no such type; run the migration that creates it, before this one';
  END IF;
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
      FOREACH label IN ARRAY ARRAY['Ok', 'Fine']::text[] LOOP
        IF label <> ALL (seen) THEN
          BEGIN
            EXECUTE format('SELECT %L::%s', label, full_name);
            young := young || label; -- committed since this transaction's snapshot
          EXCEPTION WHEN invalid_text_representation THEN NULL;
          END;
        END IF;
      END LOOP;
    WHEN undefined_function OR datatype_mismatch THEN
      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
        || 'what has the name is no enum; rename one of the two';
  END;
  have := seen || young;
  IF 'Ok' = ANY (have) AND 'Fine' <> ALL (have) THEN
    EXECUTE format('ALTER TYPE %s RENAME VALUE %L TO %L', full_name, 'Ok', 'Fine');
  ELSIF 'Ok' = ANY (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'it has both; update the rows that hold the first, and replace the type' || format(' (its labels: %s)', have);
  ELSIF 'Fine' <> ALL (have) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot rename value %L of enum type %s to %L: ', 'Ok', full_name, 'Fine')
      || 'it has neither; run the migration that adds the first, before this one' || format(' (its labels: %s)', have);
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := 'app';
  new_name pg_catalog.text;
  old_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  here pg_catalog.regtype;
  there pg_catalog.regtype;
BEGIN
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  new_name := format('%I.%I', home, 'feeling');
  old_name := format('%I.%I', 'app', 'mood');
  PERFORM pg_advisory_xact_lock(least(
    hashtextextended('pg_enum ' || new_name, 0),
    hashtextextended('pg_enum ' || old_name, 0)));
  PERFORM pg_advisory_xact_lock(greatest(
    hashtextextended('pg_enum ' || new_name, 0),
    hashtextextended('pg_enum ' || old_name, 0)));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  here := to_regtype(old_name);
  there := to_regtype(new_name);
  IF EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype = 'b' AND typcategory = 'A') THEN
    here := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE oid = there AND typtype = 'b' AND typcategory = 'A') THEN
    there := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE (oid = here OR oid = there) AND typtype <> 'e') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(
      'cannot rename enum type %s to %s: what has the name %s is no enum; rename one of the two',
      old_name, new_name, CASE WHEN EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype <> 'e')
        THEN old_name ELSE new_name END);
  END IF;
  IF here IS NOT NULL AND there IS NULL THEN
    ALTER TYPE app.mood RENAME TO feeling;
  ELSIF here <> there THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format(
      'cannot rename enum type %s to %s: both are there; '
      'drop the one that is left over, or rename it', old_name, new_name);
  ELSIF here IS NULL AND there IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format(
      'cannot rename enum type %s to %s: neither is there; run the migration that creates it first',
      old_name, new_name);
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

DO $pg_enum$
DECLARE
  home pg_catalog.text := pg_catalog.current_schema();
  old_name pg_catalog.text;
  new_name pg_catalog.text;
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  here pg_catalog.regtype;
  there pg_catalog.regtype;
BEGIN
  IF home IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to look for the enum type in; '
      'set search_path, or give the enum a schema';
  END IF;
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  old_name := format('%I.%I', home, 'mood');
  new_name := format('%I.%I', home, 'feeling');
  PERFORM pg_advisory_xact_lock(least(
    hashtextextended('pg_enum ' || old_name, 0),
    hashtextextended('pg_enum ' || new_name, 0)));
  PERFORM pg_advisory_xact_lock(greatest(
    hashtextextended('pg_enum ' || old_name, 0),
    hashtextextended('pg_enum ' || new_name, 0)));
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
  here := to_regtype(old_name);
  there := to_regtype(new_name);
  IF EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype = 'b' AND typcategory = 'A') THEN
    here := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE oid = there AND typtype = 'b' AND typcategory = 'A') THEN
    there := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE (oid = here OR oid = there) AND typtype <> 'e') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(
      'cannot rename enum type %s to %s: what has the name %s is no enum; rename one of the two',
      old_name, new_name, CASE WHEN EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype <> 'e')
        THEN old_name ELSE new_name END);
  END IF;
  IF here IS NOT NULL AND there IS NULL THEN
    EXECUTE format('ALTER TYPE %s RENAME TO %I', old_name, 'feeling');
  ELSIF here <> there THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format(
      'cannot rename enum type %s to %s: both are there; '
      'drop the one that is left over, or rename it', old_name, new_name);
  ELSIF here IS NULL AND there IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format(
      'cannot rename enum type %s to %s: neither is there; run the migration that creates it first',
      old_name, new_name);
  END IF;
  PERFORM set_config('search_path', path, true);
END
$pg_enum$;

