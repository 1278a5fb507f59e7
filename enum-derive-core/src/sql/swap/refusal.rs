//! The down statement of a replacement that has no way back: an error.
//!
//! A migration tool that went on would record that the old labels are there again.

use core::fmt;

use crate::display::from_fn;
use crate::sql::block::{self, DollarTag};
use crate::sql::{Literal, Name};

/// Raises the error.
pub(crate) fn refusal<'a>(name: Name<'a>, why: impl fmt::Display + 'a) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let why = alloc::format!("{why}");
        let message = block::message(name, |f, name| {
            write!(f, "cannot go back to the former labels of enum type {name}: %")
        });
        let texts = [&*why, name.name].into_iter().chain(name.schema);
        let tag = DollarTag::for_texts(texts);
        f.write_str(
            "-- There is no exact way back: restore a backup, or write here what becomes of the rows.\n",
        )?;
        writeln!(f, "DO {tag} BEGIN\n  RAISE EXCEPTION {message},\n    {}", Literal(&why))?;
        writeln!(f, "    USING ERRCODE = '0A000';\nEND {tag};")
    })
}
