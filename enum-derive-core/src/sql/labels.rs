//! The statements that rename a label and that add one.
//!
//! Beyond what [`block`](super::block) says:
//!
//! - **The labels are those of now.** `enum_range` reads them later than the transaction's snapshot,
//!   which may predate the wait for the lock. It refuses (55P04) when this very transaction has added a
//!   label; `pg_enum` has that label, and a cast finds any that was committed since the snapshot. No
//!   use is made of a new label: what 55P04 is raised for is caught.
//! - **`ADD VALUE IF NOT EXISTS` does not look at its anchor** when the label is there, so the block
//!   does; and it compares the two, because nothing moves a label that stands on the wrong side.

use core::fmt;

use super::block::{self, DollarTag, GIVE_BACK_PATH, Head};
use super::quote::{Ident, Literal, literals};
use super::rename::{HEAR, NO_HOME, texts};
use super::{Name, qualified};

/// Where a label goes.
#[derive(Clone, Copy)]
pub(crate) enum Position<'a> {
    Before(&'a str),
    After(&'a str),
    Last,
}

/// What the type is called when earlier steps have been taken back: between the first two of them, and
/// before all. They stand in the order in which it gets these names.
pub(crate) type Earlier<'a> = [Option<Name<'a>>; 2];

/// Renames a label. Nothing, if that has happened, or if the type has one of its `earlier` names again.
pub(crate) fn rename_value<'a>(
    name: Name<'a>,
    from: &'a str,
    to: &'a str,
    earlier: Earlier<'a>,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let (from_sql, to_sql) = (Literal(from), Literal(to));
        let what = fmt::from_fn(|f| {
            write!(
                f,
                "'cannot rename value %L of enum type %s to %L: ', {from_sql}, full_name, {to_sql}"
            )
        });
        let tag = look_up(f, name, &[from, to], earlier, &what)?;
        writeln!(f, "  IF {from_sql} = ANY (have) AND {to_sql} <> ALL (have) THEN")?;
        match name.schema {
            Some(_) => {
                let name = qualified(name, Ident);
                writeln!(f, "    ALTER TYPE {name} RENAME VALUE {from_sql} TO {to_sql};")?;
            }
            None => writeln!(
                f,
                "    EXECUTE format('ALTER TYPE %s RENAME VALUE %L TO %L', full_name, {from_sql}, \
                 {to_sql});"
            )?,
        }
        writeln!(f, "  ELSIF {from_sql} = ANY (have) THEN")?;
        raise(
            f,
            "duplicate_object",
            &what,
            "it has both; update the rows that hold the first, and replace the type",
        )?;
        writeln!(f, "  ELSIF {to_sql} <> ALL (have) THEN")?;
        raise(
            f,
            "object_not_in_prerequisite_state",
            &what,
            "it has neither; run the migration that adds the first, before this one",
        )?;
        f.write_str("  END IF;\n")?;
        block::close(f, tag)
    })
}

/// Adds a label. Nothing, if it is there.
pub(crate) fn add_value<'a>(
    name: Name<'a>,
    label: &'a str,
    position: Position<'a>,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let label_sql = Literal(label);
        let anchor = match position {
            Position::Before(anchor) => Some(("before", "BEFORE", "<", anchor)),
            Position::After(anchor) => Some(("after", "AFTER", ">", anchor)),
            Position::Last => None,
        };
        let what = fmt::from_fn(|f| match anchor {
            Some((side, _, _, anchor)) => {
                let anchor = Literal(anchor);
                write!(
                    f,
                    "'cannot add value %L to enum type %s {side} %L: ', {label_sql}, full_name, {anchor}"
                )
            }
            None => {
                write!(f, "'cannot add value %L to enum type %s: ', {label_sql}, full_name")
            }
        });
        let anchor_text = anchor.map_or(label, |(.., anchor)| anchor);
        let tag = look_up(f, name, &[label, anchor_text], [None; 2], &what)?;
        if let Some((side, _, operator, anchor)) = anchor {
            let anchor = Literal(anchor);
            writeln!(f, "  IF {anchor} <> ALL (have) THEN")?;
            let missing = fmt::from_fn(|f| {
                write!(
                    f,
                    "it has no such label to add it {side}; run the migration that adds that one, before this one"
                )
            });
            raise(f, "object_not_in_prerequisite_state", &what, missing)?;
            writeln!(
                f,
                "  ELSIF NOT (array_position(seen, {label_sql}) {operator} array_position(seen, {anchor})) THEN"
            )?;
            let misplaced = fmt::from_fn(|f| {
                f.write_str("it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type")
            });
            raise(f, "object_not_in_prerequisite_state", &what, misplaced)?;
            f.write_str("  END IF;\n")?;
        }
        writeln!(f, "  IF {label_sql} <> ALL (have) THEN")?;
        match name.schema {
            Some(_) => {
                write!(
                    f,
                    "    ALTER TYPE {} ADD VALUE IF NOT EXISTS {label_sql}",
                    qualified(name, Ident)
                )?;
                if let Some((_, side, _, anchor)) = anchor {
                    write!(f, " {side} {}", Literal(anchor))?;
                }
            }
            None => {
                f.write_str("    EXECUTE format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L")?;
                if let Some((_, side, _, anchor)) = anchor {
                    write!(f, " {side} %L', full_name, {label_sql}, {})", Literal(anchor))?;
                } else {
                    write!(f, "', full_name, {label_sql})")?;
                }
            }
        }
        f.write_str(";\n  END IF;\n")?;
        block::close(f, tag)
    })
}

/// The start of such a block: `have` has all labels, `seen` those whose order is known.
fn look_up(
    f: &mut fmt::Formatter<'_>,
    name: Name<'_>,
    labels: &[&str],
    earlier: Earlier<'_>,
    what: impl fmt::Display,
) -> Result<DollarTag, fmt::Error> {
    let names = earlier.into_iter().flatten().chain([name]).flat_map(texts);
    let tag = DollarTag::for_texts(names.chain(labels.iter().copied()));
    let [between, first] = earlier;
    let all = [("earlier_name", between), ("first_name", first)];
    let all = all.map(|(variable, earlier)| (variable, earlier.unwrap_or(name)));
    let more = match earlier {
        [None, None] => &[],
        [Some(_), None] => &all[..1],
        [None, Some(_)] => &all[1..],
        [Some(_), Some(_)] => &all[..],
    };
    block::open(f, Head { more, ..Head::new(tag, name) }, VARIABLES, NO_HOME)?;
    f.write_str(HEAR)?;
    f.write_str("  live := to_regtype(full_name);\n  IF live IS NULL THEN\n")?;
    for (variable, _) in more {
        writeln!(f, "    IF to_regtype({variable}) IS NOT NULL THEN")?;
        write!(f, "    {GIVE_BACK_PATH}")?;
        writeln!(f, "      RETURN;\n    END IF;")?;
    }
    writeln!(
        f,
        "    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format({what})"
    )?;
    writeln!(
        f,
        "      || 'there is no such type; run the migration that creates it, before this one';"
    )?;
    write!(f, "  END IF;\n{READ_FIRST}{}{READ_SECOND}", literals(labels))?;
    writeln!(
        f,
        "      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format({what})"
    )?;
    writeln!(f, "        || 'what has the name is no enum; rename one of the two';\n  END;")?;
    writeln!(f, "  have := seen || young;")?;
    Ok(tag)
}

fn raise(
    f: &mut fmt::Formatter<'_>,
    code: &str,
    what: impl fmt::Display,
    why: impl fmt::Display,
) -> fmt::Result {
    writeln!(f, "    RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = format({what})")?;
    writeln!(f, "      || '{why}' || format(' (its labels: %s)', have);")
}

const VARIABLES: &str = "  \
  live pg_catalog.regtype;
  seen pg_catalog.text[];
  young pg_catalog.text[];
  have pg_catalog.text[];
  label pg_catalog.text;
";

const READ_FIRST: &str = "  \
  BEGIN
    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
  EXCEPTION
    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
      FOREACH label IN ARRAY ARRAY[";

const READ_SECOND: &str = "]::text[] LOOP
        IF label <> ALL (seen) THEN
          BEGIN
            EXECUTE format('SELECT %L::%s', label, full_name);
            young := young || label; -- committed since this transaction's snapshot
          EXCEPTION WHEN invalid_text_representation THEN NULL;
          END;
        END IF;
      END LOOP;
    WHEN undefined_function OR datatype_mismatch THEN
";
