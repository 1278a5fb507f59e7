//! The statement that creates a type, or checks the one that is there.
//!
//! Beyond what [`block`](super::block) says:
//!
//! - **Nothing is read with the transaction's snapshot where a later one exists.** Under
//!   `REPEATABLE READ` and `SERIALIZABLE` the snapshot may predate the wait for the lock, and a
//!   `SELECT` from `pg_type` or `pg_enum` then misses what another session committed. `to_regtype`,
//!   `enum_range` and a cast read the catalogs as they are now.
//! - **`to_regtype` may remember that there was no such type.** A session hears of others' changes
//!   when it locks a table for the first time in its transaction, among other times, but not when it
//!   gets an advisory lock. `CREATE TYPE` hears of them: if it finds the type there after all, it is
//!   looked up again.
//! - **`enum_range` refuses (55P04) when this very transaction has added a label.** `pg_enum` has
//!   that label, and a cast finds any that was committed since the snapshot.

use core::fmt;

use super::block::{self, DollarTag, Head};
use super::quote::{Literal, literals};
use crate::Definition;

/// See [`Definition::create_sql`].
pub(crate) fn create(definition: Definition<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let Definition { labels, comment, .. } = definition;
        let (name, list) = (definition.name_sql(), literals(labels));
        let variables = fmt::from_fn(|f| {
            let cast = if labels.is_empty() { "::pg_catalog.text[]" } else { "" };
            write!(f, "  want pg_catalog.text[] := ARRAY[{list}]{cast};\n{VARIABLES}")
        });
        let tag = DollarTag::for_body(definition);
        block::open(f, Head::new(tag, definition.into()), variables, NO_HOME)?;
        f.write_str(LOOK_UP)?;
        writeln!(f, "      CREATE TYPE {name} AS ENUM ({list});")?;
        if let Some(comment) = comment {
            writeln!(f, "      COMMENT ON TYPE {name} IS {};", Literal(comment))?;
        }
        write!(f, "{COMPARE}{KIND}{RAISE}")?;
        writeln!(f, "      SCHEMA = home, DATATYPE = {};\n  END IF;", Literal(definition.name))?;
        block::close(f, tag)
    })
}

const VARIABLES: &str = "  \
  live pg_catalog.regtype;
  have pg_catalog.text[];
  kind pg_catalog.text;
  label pg_catalog.text;
  before pg_catalog.text;
  twin pg_catalog.text;
  differences pg_catalog.text[];
  remedies pg_catalog.text[];
  detail pg_catalog.text;
";

const NO_HOME: &str = "    \
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to create the enum type in; '
      'set search_path, or give the enum a schema';
";

/// An array type that PostgreSQL named itself (`_status` for `status`) makes way for a type of
/// that name, so it counts as nothing.
const LOOK_UP: &str = "  \
  live := to_regtype(full_name);
  IF live IS NULL
    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')
  THEN
    BEGIN
      PERFORM set_config('search_path', path, true);
";

const COMPARE: &str = "      \
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
      SELECT ";

/// What a type is that is no enum, in words: `t` is its row of `pg_type`, and `c` that of `pg_class`, if any.
pub(crate) const KIND: &str = "CASE t.typtype
          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'
          WHEN 'c' THEN CASE c.relkind
            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END
          ELSE 'base type' END";

const RAISE: &str = "
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
";

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::create;
    use crate::Definition;

    #[test]
    fn the_statement_starts_and_ends_with_its_tag() {
        let sql = create(Definition::new("t", &["$pg_enum$"])).to_string();
        assert!(sql.starts_with("DO $pg_enum_$\n"), "{sql}");
        assert!(sql.ends_with("END\n$pg_enum_$;\n"), "{sql}");
        assert_eq!(sql.matches("$pg_enum_$").count(), 2);
    }
}
