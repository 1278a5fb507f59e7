//! The statements that rename a label and that add one.
//!
//! Neither needs an advisory lock. `ADD VALUE IF NOT EXISTS` is one statement, and any number of sessions can run it
//! at once. `RENAME VALUE` waits for other sessions that alter the type. If one of them has already renamed the
//! label, it fails, and the block around it handles that error. On the way back, another session may also have
//! renamed the type back by then.
//!
//! **`ADD VALUE IF NOT EXISTS` ignores its anchor** if the label exists. `cargo pg-enum verify` finds a label at the
//! wrong position.

use core::fmt;

use super::block::{self, DollarTag, HEAR};
use super::quote::{Ident, Literal};
use super::rename::texts;
use super::{Name, qualified};
use crate::display::from_fn;

/// The position of a new label.
#[derive(Clone, Copy)]
pub(crate) enum Position<'a> {
    Before(&'a str),
    After(&'a str),
    Last,
}

/// The names of the type after earlier steps are reverted: between the first two steps, and before all steps. They
/// are in the order in which the type gets them.
pub(crate) type Earlier<'a> = [Option<Name<'a>>; 2];

/// Renames a label. Does nothing if the label is already renamed, or if the type has one of its `earlier` names
/// again.
pub(crate) fn rename_value<'a>(
    name: Name<'a>,
    from: &'a str,
    to: &'a str,
    earlier: Earlier<'a>,
) -> impl fmt::Display {
    from_fn(move |f| {
        let names = earlier.into_iter().flatten().chain([name]).flat_map(texts);
        let tag = DollarTag::for_texts(names.chain([from, to]));
        let (name_sql, from, to) = (qualified(name, Ident), Literal(from), Literal(to));
        writeln!(f, "DO {tag}\nBEGIN")?;
        writeln!(f, "  ALTER TYPE {name_sql} RENAME VALUE {from} TO {to};")?;
        let moved = earlier.iter().any(Option::is_some);
        let more = if moved { " OR undefined_object OR invalid_schema_name" } else { "" };
        writeln!(
            f,
            "EXCEPTION WHEN invalid_parameter_value{more} THEN -- renamed already, or this fails"
        )?;
        if moved {
            write!(f, "{HEAR}  IF ")?;
            for (index, &name) in earlier.iter().flatten().enumerate() {
                let and = if index == 0 { "" } else { " AND " };
                write!(f, "{and}{} IS NULL", block::on_path(name))?;
            }
            writeln!(f, " THEN PERFORM {to}::{name_sql}; END IF;")?;
        } else {
            writeln!(f, "  PERFORM {to}::{name_sql};")?;
        }
        writeln!(f, "END {tag};")
    })
}

/// Adds a label. Does nothing if the label exists.
pub(crate) fn add_value<'a>(
    name: Name<'a>,
    label: &'a str,
    position: Position<'a>,
) -> impl fmt::Display {
    from_fn(move |f| {
        let name = qualified(name, Ident);
        writeln!(f, "ALTER TYPE {name} ADD VALUE IF NOT EXISTS {}{position};", Literal(label))
    })
}

/// The clause after the label.
impl fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(anchor) => write!(f, " BEFORE {}", Literal(anchor)),
            Self::After(anchor) => write!(f, " AFTER {}", Literal(anchor)),
            Self::Last => Ok(()),
        }
    }
}
