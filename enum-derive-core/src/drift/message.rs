//! The messages about differences, and what to do about them.

use core::fmt;

use super::{Drift, Verdict};
use crate::display::from_fn;
use crate::divergence::message::{EXCHANGED, Literals};
use crate::{Literal, visible};

/// The number of schemas that a message names.
const NAMED: usize = 3;

impl Drift {
    /// The type, as messages show it: `app.mood`, or `mood in 812 schemas (tenant_1, tenant_2, …)`.
    #[must_use]
    pub fn type_name(&self) -> impl fmt::Display + '_ {
        from_fn(|f| match &self.schemas[..] {
            [] => f.write_str(&self.name),
            [schema] => write!(f, "{schema}.{}", self.name),
            many => {
                write!(f, "{} in {} schemas (", self.name, many.len())?;
                for (index, schema) in many.iter().take(NAMED).enumerate() {
                    write!(f, "{}{schema}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(if many.len() > NAMED { ", …)" } else { ")" })
            }
        })
    }

    /// What to do where no SQL fixes it: short, imperative.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match &self.verdict {
            Verdict::LabelExtra { removed: false, .. } => {
                "add a variant for it, or add an `other` variant and tolerate extra labels"
            }
            Verdict::LabelExtra { removed: true, .. } => {
                "replace the type in a migration, because `ALTER TYPE` cannot remove a label"
            }
            Verdict::Order { .. } => {
                "put the variants in the order of the database, or replace the type in a \
                 migration, because `ALTER TYPE` cannot reorder labels"
            }
            Verdict::Exchanged { .. } => EXCHANGED,
            Verdict::WrongKind { .. } => "rename one of the two",
            Verdict::Hidden { .. } => "rename one of the two, or give the enum a schema",
            Verdict::WrongSchema { .. } => {
                "give the enum a schema, or add the type's schema to search_path"
            }
            Verdict::RowsUnseen { .. } => {
                "search these columns with a role that can see every row, such as the owner of \
                 the table"
            }
            Verdict::NotForbidden { .. } => {
                "these columns hold the type inside another type, where a CHECK cannot forbid a \
                 label; remove the label"
            }
            Verdict::InUse { .. } => "update the rows",
            _ => "run the migrations",
        }
    }
}

/// What differs, without the fix: lowercase, without a full stop, on one line.
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(from_fn(|f| self.message(f))))
    }
}

fn list(f: &mut fmt::Formatter<'_>, columns: &[impl fmt::Display]) -> fmt::Result {
    for (index, column) in columns.iter().enumerate() {
        write!(f, "{}{column}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}

impl Drift {
    fn message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ty, role) = (self.type_name(), &self.role);
        match &self.verdict {
            Verdict::Missing { schema_exists: true } => write!(f, "the type {ty} does not exist"),
            Verdict::Missing { schema_exists: false } if self.schemas.is_empty() => {
                write!(f, "the type {ty} does not exist, and no schema in search_path exists")
            }
            Verdict::Missing { schema_exists: false } => {
                write!(f, "neither the type {ty} nor its schema exists")
            }
            Verdict::NotRenamed { was } => {
                write!(f, "the type {ty} still has its former name {was}")
            }
            Verdict::WrongSchema { elsewhere } => {
                let one = elsewhere.len() == 1;
                let noun = if one { "schema" } else { "schemas" };
                write!(f, "the type {ty} does not exist, but the {noun} ")?;
                for (index, schema) in elsewhere.iter().enumerate() {
                    write!(f, "{}{schema}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(if one {
                    " has a type with that name"
                } else {
                    " have types with that name"
                })
            }
            Verdict::WrongKind { kind } => write!(f, "{ty} is a {kind}, not an enum type"),
            Verdict::NotVisible => {
                write!(f, "{role} cannot use {ty}: the role has no USAGE privilege on its schema")
            }
            Verdict::Hidden { by } => {
                write!(
                    f,
                    "{ty} is hidden by another object with that name in {by}, which is earlier in \
                     search_path"
                )
            }
            Verdict::NoUsage => write!(f, "{role} has no USAGE privilege on the type {ty}"),
            Verdict::LabelMissing { label } => {
                write!(f, "{ty} lacks the label {}", Literal(label))
            }
            Verdict::LabelExtra { label, removed: false } => {
                write!(f, "{ty} has the label {}, which the enum lacks", Literal(label))
            }
            Verdict::LabelExtra { label, removed: true } => {
                write!(f, "{ty} has the label {}, which the enum says is removed", Literal(label))
            }
            Verdict::CaseOnly { label, theirs } => write!(
                f,
                "{ty} has the label {} instead of {}: they differ only by case",
                Literal(theirs),
                Literal(label)
            ),
            Verdict::LabelNotRenamed { label, was } => write!(
                f,
                "{ty} has no label {}; it still has the former label {}",
                Literal(label),
                Literal(was)
            ),
            Verdict::Exchanged { labels } => write!(
                f,
                "`was` exchanges the labels {} of {ty}, and their order is neither that before nor \
                 that after",
                Literals(labels)
            ),
            Verdict::Order { label, after: Some(after) } => {
                write!(f, "{ty} has the label {} after {}", Literal(label), Literal(after))?;
                f.write_str("; the enum has another order")
            }
            Verdict::Order { label, after: None } => {
                write!(f, "{ty} has the label {} first; the enum has another order", Literal(label))
            }
            _ => self.message_of_unwanted(f),
        }
    }

    /// The message about a label that rows may hold, and should not.
    fn message_of_unwanted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ty, role) = (self.type_name(), &self.role);
        match &self.verdict {
            Verdict::InUse { label, is_retired, columns } => {
                let is = if *is_retired { "retired" } else { "removed" };
                write!(
                    f,
                    "{ty} has the label {}, which the enum says is {is}, and rows contain it: ",
                    Literal(label)
                )?;
                list(f, columns)
            }
            Verdict::RowsUnseen { label, is_retired, columns } => {
                let is = if *is_retired { "retired" } else { "removed" };
                write!(
                    f,
                    "{ty} has the label {}, which the enum says is {is}, and {role} cannot see \
                     whether rows contain it: ",
                    Literal(label)
                )?;
                for (index, (column, why)) in columns.iter().enumerate() {
                    write!(f, "{}{column} ({why})", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Verdict::NotForbidden { label, columns } => {
                write!(f, "no CHECK forbids the retired label {} of {ty} in ", Literal(label))?;
                list(f, columns)
            }
            Verdict::NotValidated { label, columns } => {
                write!(
                    f,
                    "a CHECK forbids the retired label {} of {ty} only in new rows of ",
                    Literal(label)
                )?;
                list(f, columns)
            }
            _ => Ok(()),
        }
    }
}
