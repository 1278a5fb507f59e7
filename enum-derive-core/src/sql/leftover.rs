//! The way back of a label that was added: PostgreSQL cannot take one out of a type, so it stays, and
//! the statement says so. What it can do is to refuse while a row holds the label, as the program that
//! is gone back to does not know it.
//!
//! Beyond what [`block`](super::block) says:
//!
//! - **Columns of the type, of arrays of it, and of domains over either** are looked at, in tables and
//!   materialized views; a partitioned table as one, and other tables each by itself. What other
//!   servers and other sessions hold is out of reach.
//! - **A label that this very transaction has added** (55P04) is in no row, as it could not be used.
//! - **Row security that would hide rows is an error** rather than a row that is not seen.

use core::fmt;

use super::Name;
use super::block::{self, DollarTag, Head};
use super::quote::Literal;
use super::rename::{HEAR, texts};

/// Refuses while a row holds the label.
pub(crate) fn leave_value<'a>(name: Name<'a>, label: &'a str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let tag = DollarTag::for_texts(texts(name).chain([label]));
        let variables = fmt::from_fn(|f| {
            write!(f, "  label pg_catalog.text := {};\n{VARIABLES}", Literal(label))
        });
        block::open(f, Head::new(tag, name), variables, "    RETURN;\n")?;
        f.write_str(HEAR)?;
        f.write_str(BODY)?;
        block::close(f, tag)
    })
}

const VARIABLES: &str = "  \
  security pg_catalog.text := pg_catalog.current_setting('row_security');
  live pg_catalog.regtype;
  usable pg_catalog.bool := false;
  place record;
  held pg_catalog.bool;
  places pg_catalog.text[];
";

const BODY: &str = "  \
  -- PostgreSQL cannot remove a label from a type: it stays. All that is done here is to refuse to
  -- go back while a row still holds it.
  live := to_regtype(full_name);
  IF EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'e') THEN
    BEGIN
      EXECUTE format('SELECT %L::%s', label, full_name);
      usable := true;
    EXCEPTION
      WHEN invalid_text_representation THEN NULL; -- there is no such label
      WHEN SQLSTATE '55P04' THEN NULL; -- this transaction has added it, so that no row has it
    END;
  END IF;
  IF usable THEN
    PERFORM set_config('row_security', 'off', true);
    FOR place IN
      WITH RECURSIVE kin (oid, is_array) AS (
        SELECT live::oid, false
        UNION
        SELECT t.oid, kin.is_array OR t.typbasetype <> kin.oid
        FROM kin JOIN pg_type AS t ON t.typbasetype = kin.oid
          OR t.typelem = kin.oid AND t.typtype = 'b' AND t.typcategory = 'A' AND NOT kin.is_array)
      SELECT
        CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || c.oid::regclass::text AS source,
        CASE WHEN kin.is_array
          THEN format('%1$L::%2$s = ANY (%3$I::%2$s[])', label, full_name, a.attname)
          ELSE format('%3$I::%2$s = %1$L::%2$s', label, full_name, a.attname) END AS condition,
        format('column %I of %s', a.attname, c.oid::regclass) AS shown
      FROM kin
        JOIN pg_attribute AS a ON a.atttypid = kin.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_class AS c ON c.oid = a.attrelid
      WHERE (c.relkind IN ('r', 'p') OR c.relkind = 'm' AND c.relispopulated)
        AND NOT c.relispartition AND NOT pg_is_other_temp_schema(c.relnamespace)
      ORDER BY c.oid::regclass::text, a.attnum
    LOOP
      EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %s)', place.source, place.condition)
        INTO held;
      IF held THEN
        places := places || place.shown;
      END IF;
    END LOOP;
    PERFORM set_config('row_security', security, true);
    IF places IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(
        'cannot go back behind value %L of enum type %s: rows still hold it, in %s; '
        'change those rows first (the label itself stays: PostgreSQL cannot remove one)',
        label, full_name, array_to_string(places, ', '));
    END IF;
  END IF;
";
