//! The statement that gives a type another name, or moves it to another schema.
//!
//! Beyond what [`block`](super::block) says:
//!
//! - **The locks of both names are held**: of the new one because another session may be about to
//!   create it. Unguarded, the second of two sessions fails in the server's own look-up (XX000).
//! - **The server says what is wrong**: that there is no such type, or that there are both.
//! - **A later step may have run already.** A type that was first moved and then renamed is, when the
//!   whole migration runs again, in neither of the two places that the first step knows of.

use core::fmt;

use super::block::{self, DollarTag, HEAR};
use super::quote::{Ident, literal_of};
use super::{Name, qualified};

/// Renames `from` to `to`, or moves it: the two differ in the name or in the schema. Nothing, if the
/// type is `to` already, or `beyond`, which a later step makes of it.
pub(crate) fn rename<'a>(
    from: Name<'a>,
    to: Name<'a>,
    beyond: Option<Name<'a>>,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let names = [Some(from), Some(to), beyond];
        let tag = DollarTag::for_texts(names.into_iter().flatten().flat_map(texts));
        writeln!(f, "DO {tag}\nBEGIN")?;
        // In the same order everywhere, or two blocks could wait for one another.
        let [first, second] = if order(from) <= order(to) { [from, to] } else { [to, from] };
        write!(f, "{}{}{HEAR}", block::lock(first), block::lock(second))?;
        write!(f, "{}", block::refuse_unless_enum(from, block::on_path(from), "rename"))?;
        let (old, new) = (block::on_path(from), block::on_path(to));
        match beyond.map(block::on_path) {
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
            // No name for that schema can be written down.
            None => writeln!(f, "    EXECUTE {};", to_first_schema(from))?,
        }
        writeln!(f, "  END IF;\nEND {tag};")
    })
}

/// A text: the statement that moves a type to the first schema of `search_path`.
fn to_first_schema(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let alter = literal_of(fmt::from_fn(|f| {
            write!(f, "ALTER TYPE {} SET SCHEMA ", qualified(name, Ident))
        }));
        write!(
            f,
            "{alter} OPERATOR(pg_catalog.||) pg_catalog.quote_ident(pg_catalog.current_schema())"
        )
    })
}

/// By which names are in the same order in every block.
fn order(name: Name<'_>) -> (&str, &str) {
    (name.schema.unwrap_or_default(), name.name)
}

/// What a name has in it.
pub(super) fn texts(name: Name<'_>) -> impl Iterator<Item = &str> {
    name.schema.into_iter().chain([name.name])
}
