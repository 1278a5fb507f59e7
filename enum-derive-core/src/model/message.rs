//! The messages.

use core::fmt;

use super::{Difference, Mismatch, Place, Problem, Similar, Untold};
use crate::display::from_fn;
use crate::visible;

/// What is wrong, and what to do about it: lowercase, without a full stop.
impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", visible(self.problem.what()), visible(self.help()))
    }
}

impl Problem {
    /// What is wrong, without what to do about it: lowercase, without a full stop.
    #[must_use]
    pub fn what(&self) -> impl fmt::Display + '_ {
        from_fn(move |f| {
            match self {
            Self::NoTables => f.write_str(
                "cannot check this model against the migrations: the record has no tables, because an earlier version \
                 of pg-enum wrote it",
            ),
            Self::NoTable { table, similar } => {
                write!(f, "no migration creates the table {table}")?;
                match similar {
                    None => Ok(()),
                    Some(Similar { name, how: Difference::Schema, at }) => {
                        write!(f, ", but the schema {name} has a table with that name ({at})")
                    }
                    Some(Similar { name, how: Difference::Case, at }) => {
                        write!(f, ", but there is {name:?}, which differs only by case ({at})")
                    }
                    Some(Similar { name, how: Difference::Letters, at }) => {
                        write!(f, ", but there is {name:?} ({at})")
                    }
                }
            }
            Self::NoColumn { table, column, similar, created } => {
                write!(f, "{table} has no column {column:?} (created at {created})")?;
                match similar {
                    None => Ok(()),
                    Some(Similar { name, how: Difference::Case, at }) => {
                        write!(f, ", but it has {name:?}, which differs only by case ({at})")
                    }
                    Some(Similar { name, at, .. }) => write!(f, ", but it has {name:?} ({at})"),
                }
            }
            Self::NoColumns { table, columns, has, created } => {
                let noun = if *has == 1 { "column" } else { "columns" };
                write!(
                    f,
                    "{table} has {has} {noun} (created at {created}), and lacks {} of this model: ",
                    columns.len()
                )?;
                for (index, column) in columns.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{column:?}")?;
                }
                Ok(())
            }
            Self::NotJson { column, sql, at } => write!(
                f,
                "column {column} is {sql} ({at}), but `#[sqlx(json)]` reads json or jsonb"
            ),
            Self::JsonNull { column, at } => write!(
                f,
                "column {column} can be NULL ({at}), but `#[sqlx(json)]` does not read NULL"
            ),
            Self::NoFields { table, columns } => {
                let noun = if columns.len() == 1 { "column" } else { "columns" };
                write!(f, "this model has no field for {} {noun} of {table}: ", columns.len())?;
                for (index, (name, sql, at)) in columns.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    let sql = from_fn(|f| match sql {
                        Some(sql) => write!(f, " {sql}"),
                        None => Ok(()),
                    });
                    write!(f, "{comma}{name:?}{sql} ({at})")?;
                }
                Ok(())
            }
        }
        })
    }
}

impl Mismatch {
    fn help(&self) -> impl fmt::Display + '_ {
        let is_from = matches!(self.place, Place::From(_));
        from_fn(move |f| {
            match &self.problem {
            Problem::NoTables => f.write_str("run `cargo pg-enum record`"),
            Problem::NoTable { similar: Some(Similar { name, how, .. }), .. } => match how {
                Difference::Schema if is_from => write!(f, "name the table with the schema {name:?}"),
                Difference::Schema => write!(f, "write `schema = {name:?}`"),
                _ if is_from => write!(f, "write {name:?} as the name of the table"),
                _ => write!(f, "write `table = {name:?}`"),
            },
            Problem::NoTable { similar: None, .. } => f.write_str(
                "write a migration that creates it, or add `#[pg_model(external)]` if something else does",
            ),
            Problem::NoColumn { similar: Some(Similar { name, .. }), .. } if is_from => {
                write!(f, "write {name:?} as the name of the column")
            }
            Problem::NoColumn { similar: Some(Similar { name, .. }), .. } => {
                write!(f, "rename the field, or write `#[pg_model(column = {name:?})]`")
            }
            Problem::NoColumn { similar: None, .. } if is_from => f.write_str(
                "add the column in a migration, or write `computed` instead of `from` if the query computes it",
            ),
            Problem::NoColumn { similar: None, .. } => f.write_str(
                "add the column in a migration, or `#[pg_model(skip)]` if the field is not a column",
            ),
            Problem::NoColumns { .. } => f.write_str(
                "add the columns in a migration, or `#[pg_model(skip)]` to fields that are not columns",
            ),
            Problem::NotJson { .. } => {
                f.write_str("remove `json`, or change the type of the column")
            }
            Problem::JsonNull { .. } => f.write_str(
                "use `Option` and `#[sqlx(json(nullable))]`, or add NOT NULL in a migration",
            ),
            Problem::NoFields { .. } => f.write_str("add the fields, or remove `complete`"),
        }
        })
    }
}

/// What is not compared, and why: lowercase, without a full stop.
impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, is_there, why, .. } = self;
        f.write_str("this model is not checked against the migrations: ")?;
        let table = visible(table);
        if *is_there {
            write!(f, "the columns of {table} cannot be told")?;
        } else {
            write!(f, "it cannot be told whether {table} is there")?;
        }
        write!(f, " ({}: {})", visible(&why.at), visible(&why.reason))
    }
}
