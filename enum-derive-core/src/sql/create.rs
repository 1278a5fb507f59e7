//! The statement that creates a type, or checks the one that is there.
//!
//! It is one `DO` block, so that it is one statement to every migration runner. The rules it
//! follows, each for a failure seen in practice:
//!
//! - **A transaction-level advisory lock, then the look-up.** Any other order lets two sessions
//!   both find nothing. A session-level lock would outlive the transaction behind a pooler.
//! - **Nothing is read with the transaction's snapshot where a later one exists.** Under
//!   `REPEATABLE READ` and `SERIALIZABLE` the snapshot may predate the wait for the lock, and a
//!   `SELECT` from `pg_type` or `pg_enum` then misses what another session committed. `to_regtype`,
//!   `enum_range` and a cast read the catalogs as they are now.
//! - **`enum_range` refuses (55P04) when this very transaction has added a label.** `pg_enum` has
//!   that label, and a cast finds any that was committed since the snapshot.
//! - **The body runs with `search_path` at `pg_catalog`**, so that a function, operator or table
//!   of the caller's cannot stand in for the server's; the caller's path comes back for the
//!   `CREATE TYPE`, whose target it decides when the definition names no schema, and at the end.
//! - **The error is in the message**, not in the detail or the hint: most drivers show only that.

use core::fmt;

use super::quote::{Literal, literals};
use crate::Definition;

/// See [`Definition::create_sql`].
pub(crate) fn create(definition: Definition<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let tag = DollarTag::for_body(definition);
        let labels = literals(definition.labels);
        let type_name = Literal(definition.name);
        write!(f, "DO {tag}\nDECLARE\n{DECLARE_VARIABLES}")?;
        match definition.schema {
            Some(schema) => writeln!(f, "  home pg_catalog.text := {};", Literal(schema))?,
            None => writeln!(f, "  home pg_catalog.text := pg_catalog.current_schema();")?,
        }
        write!(f, "  want pg_catalog.text[] := ARRAY[{labels}]")?;
        if definition.labels.is_empty() {
            f.write_str("::pg_catalog.text[]")?;
        }
        f.write_str(";\nBEGIN\n")?;
        if definition.schema.is_none() {
            f.write_str(REQUIRE_SCHEMA)?;
        }
        f.write_str(SHIELD_SEARCH_PATH)?;
        write!(f, "  full_name := format('%I.%I', home, {type_name});\n{LOCK_AND_LOOK_UP}")?;
        writeln!(f, "    CREATE TYPE {} AS ENUM ({labels});", definition.name_sql())?;
        if let Some(comment) = definition.comment {
            let name = definition.name_sql();
            writeln!(f, "    COMMENT ON TYPE {name} IS {};", Literal(comment))?;
        }
        write!(f, "{COMPARE}")?;
        writeln!(f, "      SCHEMA = home, DATATYPE = {type_name};")?;
        writeln!(f, "{RESTORE_SEARCH_PATH}END\n{tag};")
    })
}

const DECLARE_VARIABLES: &str = "  \
  path pg_catalog.text := pg_catalog.current_setting('search_path');
  full_name pg_catalog.text;
  live pg_catalog.regtype;
  have pg_catalog.text[];
  kind pg_catalog.text;
  label pg_catalog.text;
  before pg_catalog.text;
  twin pg_catalog.text;
  differences pg_catalog.text[];
  remedies pg_catalog.text[];
";

const REQUIRE_SCHEMA: &str = "  \
  IF home IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to create the enum type in; '
      'set search_path, or give the enum a schema';
  END IF;
";

const SHIELD_SEARCH_PATH: &str = "  \
  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
";

/// An array type that PostgreSQL named itself (`_status` for `status`) makes way for a type of
/// that name, so it counts as nothing.
const LOCK_AND_LOOK_UP: &str = "  \
  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
  live := to_regtype(full_name);
  IF live IS NULL
    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')
  THEN
    PERFORM set_config('search_path', path, true);
";

const COMPARE: &str = "    \
    RETURN;
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
            coalesce(format(' AFTER %L', before), format(' BEFORE %L', have[1]), ''));
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
      DETAIL = format('expected %s; found %s',
        (SELECT string_agg(quote_literal(w), ', ' ORDER BY n)
          FROM unnest(want) WITH ORDINALITY AS u (w, n)),
        (SELECT string_agg(quote_literal(h), ', ' ORDER BY n)
          FROM unnest(have) WITH ORDINALITY AS u (h, n))),
";

const RESTORE_SEARCH_PATH: &str = "  \
  END IF;
  PERFORM set_config('search_path', path, true);
";

/// A dollar quote that no text inside can close: `$pg_enum$`, with more underscores behind it than
/// any text has after a `$pg_enum` of its own.
#[derive(Clone, Copy)]
struct DollarTag {
    underscores: usize,
}

impl DollarTag {
    const STEM: &str = "$pg_enum";

    fn for_body(definition: Definition<'_>) -> Self {
        let Definition { schema, name, labels, comment, .. } = definition;
        let underscores = labels
            .iter()
            .copied()
            .chain([name])
            .chain(schema)
            .chain(comment)
            .flat_map(|text| text.split(Self::STEM).skip(1))
            .map(|after| 1 + after.bytes().take_while(|&byte| byte == b'_').count())
            .max()
            .unwrap_or(0);
        Self { underscores }
    }
}

impl fmt::Display for DollarTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::STEM)?;
        for _ in 0..self.underscores {
            f.write_str("_")?;
        }
        f.write_str("$")
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::{DollarTag, create};
    use crate::Definition;

    fn tag(labels: &[&str]) -> std::string::String {
        DollarTag::for_body(Definition::new("t", labels)).to_string()
    }

    #[test]
    fn the_dollar_quote_cannot_be_closed_from_inside() {
        assert_eq!(tag(&["plain", "$$", "$pg$"]), "$pg_enum$");
        assert_eq!(tag(&["$pg_enum$"]), "$pg_enum_$");
        assert_eq!(tag(&["$pg_enum"]), "$pg_enum_$");
        assert_eq!(tag(&["$pg_enum_$", "x$pg_enum__$pg_enum$"]), "$pg_enum___$");
        let named = Definition::new("$pg_enum$", &["a"]);
        assert_eq!(DollarTag::for_body(named).to_string(), "$pg_enum_$");
        let commented = Definition::new("t", &["a"]).with_comment("$pg_enum$");
        assert_eq!(DollarTag::for_body(commented).to_string(), "$pg_enum_$");
        let schema = Definition::new("t", &["a"]).in_schema("$pg_enum$");
        assert_eq!(DollarTag::for_body(schema).to_string(), "$pg_enum_$");
    }

    #[test]
    fn the_statement_starts_and_ends_with_its_tag() {
        let sql = create(Definition::new("t", &["$pg_enum$"])).to_string();
        assert!(sql.starts_with("DO $pg_enum_$\n"), "{sql}");
        assert!(sql.ends_with("END\n$pg_enum_$;\n"), "{sql}");
        assert_eq!(sql.matches("$pg_enum_$").count(), 2);
    }
}
