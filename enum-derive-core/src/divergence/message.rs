//! The messages about differences, and what to do about them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Disagreement, Divergence};
use crate::Literal;
use crate::display::from_fn;
use crate::record::Origin;

/// What differs, without the fix: lowercase, without a full stop.
impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = &self.type_name;
        let at = from_fn(|f| match &self.at {
            Some(at) => write!(f, " ({at})"),
            None => Ok(()),
        });
        match &self.disagreement {
            Disagreement::NeverCreated { elsewhere: None } => {
                write!(f, "no migration creates the type {ty}")
            }
            Disagreement::NeverCreated { elsewhere: Some(schema) } => {
                write!(
                    f,
                    "no migration creates the type {ty}, but the schema {schema} has a type with \
                     that name{at}"
                )
            }
            Disagreement::NamedOtherwise { theirs } => write!(
                f,
                "no migration creates the type {ty}, but there is a type {theirs} in the same schema{at}"
            ),
            Disagreement::Dropped => write!(f, "a migration drops the type {ty}{at}"),
            Disagreement::TypeNotRenamed { was } => {
                write!(f, "no migration renames the type {was} to {ty}{at}")
            }
            Disagreement::TypeNotMoved { was, schema } => {
                write!(f, "no migration moves the type {was} to the schema {schema}{at}")
            }
            Disagreement::Missing { label, .. } => {
                write!(f, "no migration adds the label {} to {ty}", Literal(label))?;
                match &self.at {
                    Some(at) => write!(f, " (created at {at})"),
                    None => Ok(()),
                }
            }
            Disagreement::CaseOnly { label, theirs } => write!(
                f,
                "the label {} differs only by case from {} in the migrations{at}",
                Literal(label),
                Literal(theirs)
            ),
            Disagreement::NotRenamed { label, was } => {
                write!(
                    f,
                    "no migration renames the label {} of {ty} to {}{at}",
                    Literal(was),
                    Literal(label)
                )
            }
            Disagreement::NotRemoved { label } => {
                write!(f, "no migration removes the label {} from {ty}{at}", Literal(label))
            }
            Disagreement::NotForbidden { label, columns } => {
                write!(f, "no migration forbids the retired label {} in ", Literal(label))?;
                list(f, columns)
            }
            Disagreement::NotValidated { label, columns } => {
                let (check, forbids, is) = match columns.len() {
                    1 => ("the CHECK", "forbids", "is"),
                    _ => ("the CHECKs", "forbid", "are"),
                };
                write!(f, "{check} that {forbids} the retired label {} in ", Literal(label))?;
                list(f, columns)?;
                write!(f, " {is} not validated")
            }
            Disagreement::Extra { labels } => {
                let noun = if labels.len() == 1 { "a label" } else { "labels" };
                write!(f, "the migrations give {ty} {noun} that no variant has: ")?;
                for (index, label) in labels.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{} ({})", Literal(&label.text), label.at)?;
                }
                Ok(())
            }
            Disagreement::Exchanged { labels } => write!(
                f,
                "`was` exchanges the labels {} of {ty}, and their order in the migrations is \
                 neither that before nor that after",
                Literals(labels)
            ),
            Disagreement::Order { label, after: Some(after) } => write!(
                f,
                "the label {} comes after {} in the migrations{at}",
                Literal(label),
                Literal(after)
            ),
            Disagreement::Order { label, after: None } => {
                write!(f, "the label {} comes first in the migrations{at}", Literal(label))
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, columns: &[(String, Origin)]) -> fmt::Result {
    for (index, (column, at)) in columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{column} ({at})")?;
    }
    Ok(())
}

impl Divergence {
    /// What to do about it: short and imperative, to be printed after the message and a semicolon.
    #[must_use]
    pub fn help(&self) -> impl fmt::Display + '_ {
        const WRITE: &str = "run `cargo pg-enum generate` to write the migration";
        from_fn(move |f| match &self.disagreement {
            Disagreement::NeverCreated { elsewhere: None } => write!(
                f,
                "{WRITE}, or add `#[pg_enum(external)]` if something else creates the type"
            ),
            Disagreement::NeverCreated { elsewhere: Some(schema) } => write!(
                f,
                "add `#[pg_enum(schema = {schema:?})]`, or run `cargo pg-enum generate` to create \
                 {} as well",
                self.type_name
            ),
            Disagreement::NamedOtherwise { theirs } => write!(
                f,
                "add `#[pg_enum(name = {theirs:?})]`, or run `cargo pg-enum generate` to create \
                 {} as well",
                self.type_name
            ),
            Disagreement::Dropped => {
                f.write_str("run `cargo pg-enum generate` to create it again, or remove the enum")
            }
            Disagreement::Missing { unclaimed, .. } => match unclaimed.as_slice() {
                [] => f.write_str(WRITE),
                [theirs] => write!(
                    f,
                    "if it is a new name for {}, add `#[pg_enum(was = {theirs:?})]`; then {WRITE}",
                    Literal(theirs)
                ),
                _ => write!(
                    f,
                    "if it is a new name for one of the existing labels, add `#[pg_enum(was = \
                     \"…\")]`; then {WRITE}"
                ),
            },
            Disagreement::CaseOnly { theirs, .. } => write!(
                f,
                "use the spelling of the migrations (`rename` or `rename_all`), or rename the \
                 label in the database: add `#[pg_enum(was = {theirs:?})]` and run `cargo pg-enum \
                 generate`"
            ),
            Disagreement::NotForbidden { .. }
            | Disagreement::NotValidated { .. }
            | Disagreement::NotRenamed { .. }
            | Disagreement::TypeNotRenamed { .. }
            | Disagreement::TypeNotMoved { .. } => f.write_str(WRITE),
            Disagreement::NotRemoved { label } => write!(
                f,
                "{REPLACE}, because `ALTER TYPE` cannot remove a label, or write `retired({label:?})` instead of \
                 `removed` to keep the label and forbid it in rows"
            ),
            Disagreement::Extra { labels } => {
                let (variants, them) = match labels.len() {
                    1 => ("a variant", "it"),
                    _ => ("variants", "them"),
                };
                let retired = labels.iter().map(|label| alloc::format!("{:?}", label.text));
                let retired = retired.collect::<Vec<_>>().join(", ");
                write!(
                    f,
                    "add {variants} for {them}, forbid {them} in rows with `#[pg_enum(retired({retired}))]`, or {REPLACE}, \
                     because `ALTER TYPE` cannot remove a label"
                )
            }
            Disagreement::Exchanged { .. } => f.write_str(EXCHANGED),
            Disagreement::Order { .. } => write!(
                f,
                "put the variants in the order of the migrations, or {REPLACE}, because `ALTER TYPE` \
                 cannot reorder labels"
            ),
        })
    }
}

/// What to do where only another type has the labels.
const REPLACE: &str = "run `cargo pg-enum generate` to replace the type";

/// What to do where nothing tells whether labels have exchanged their names.
pub(crate) const EXCHANGED: &str = "remove these `was` if the labels are renamed; otherwise put the variants in the order \
                                    of their former labels, and reorder them in a later migration";

/// Labels with commas between them.
pub(crate) struct Literals<'a>(pub(crate) &'a [String]);

impl fmt::Display for Literals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, label) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { ", " }, Literal(label))?;
        }
        Ok(())
    }
}
