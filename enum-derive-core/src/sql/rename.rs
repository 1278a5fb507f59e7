//! The statement that renames a type, or moves it to another schema.
//!
//! In addition to the rules in [`block`](super::block):
//!
//! - **It holds the locks of both names**: of the new name because another session may be about to create it. Without
//!   the locks, the second of two sessions fails in the server's look-up (XX000).
//! - **The server reports the error**: that the type does not exist, or that both types exist.
//! - **A later step may have run already.** If a type was moved and then renamed, and the whole migration runs again,
//!   the type has neither of the two names that the first step knows.

use core::fmt;

use super::block::{self, DollarTag, HEAR};
use super::quote::{Ident, literal_of};
use super::{Name, qualified};
use crate::display::from_fn;

/// Renames `from` to `to`, or moves it: the two differ in the name or in the schema. Does nothing if the type is
/// already `to`, or `later`, its name after a later step.
pub(crate) fn rename<'a>(
    from: Name<'a>,
    to: Name<'a>,
    later: Option<Name<'a>>,
) -> impl fmt::Display {
    from_fn(move |f| {
        let names = [Some(from), Some(to), later];
        let tag = DollarTag::for_texts(names.into_iter().flatten().flat_map(texts));
        writeln!(f, "DO {tag}\nBEGIN")?;
        // In the same order in every block, so that two blocks cannot deadlock.
        let [first, second] = if order(from) <= order(to) { [from, to] } else { [to, from] };
        write!(f, "{}{}{HEAR}", block::lock(first), block::lock(second))?;
        write!(f, "{}", block::refuse_unless_enum(from, block::on_path(from), "rename"))?;
        let (old, new) = (block::on_path(from), block::on_path(to));
        match later.map(block::on_path) {
            None => writeln!(f, "  ELSIF {old} IS NOT NULL OR {new} IS NULL THEN")?,
            Some(later) => {
                writeln!(f, "  ELSIF {old} IS NOT NULL OR {new} IS NULL AND {later} IS NULL THEN")?;
            }
        }
        let old = qualified(from, Ident);
        match to.schema {
            _ if from.name != to.name => {
                writeln!(f, "    ALTER TYPE {old} RENAME TO {};", Ident(to.name))?;
            }
            Some(schema) => writeln!(f, "    ALTER TYPE {old} SET SCHEMA {};", Ident(schema))?,
            // The name of that schema is known only at run time.
            None => writeln!(f, "    EXECUTE {};", to_first_schema(from))?,
        }
        writeln!(f, "  END IF;\nEND {tag};")
    })
}

/// A text expression: the statement that moves a type to the first schema of `search_path`.
fn to_first_schema(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        let alter =
            literal_of(from_fn(|f| write!(f, "ALTER TYPE {} SET SCHEMA ", qualified(name, Ident))));
        write!(
            f,
            "{alter} OPERATOR(pg_catalog.||) pg_catalog.quote_ident(pg_catalog.current_schema())"
        )
    })
}

/// The sort key that gives names the same order in every block.
fn order(name: Name<'_>) -> (&str, &str) {
    (name.schema.unwrap_or_default(), name.name)
}

/// The texts in a name.
pub(super) fn texts(name: Name<'_>) -> impl Iterator<Item = &str> {
    name.schema.into_iter().chain([name.name])
}
