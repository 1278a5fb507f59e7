//! The conversion of columns: one `ALTER TABLE` for each table.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Literal;
use crate::dependent::Holds;
use crate::display::from_fn;

/// A column of a table, and what becomes of its default.
pub(crate) struct Converted<'a> {
    /// Its name, as SQL.
    pub(crate) name: &'a str,
    /// What it holds, and its type as SQL; `None` if only its default uses the type.
    pub(crate) holds: Option<(Holds, &'a str)>,
    /// Whether its type is a domain.
    pub(crate) is_domain: bool,
    /// Whether it is generated, so that it has no values to convert.
    pub(crate) generated: bool,
    /// Its new default.
    pub(crate) default: Option<String>,
}

/// The statement that converts columns of a table. With `only` defaults are not changed in the table's children.
///
/// A default is dropped before and set after, because the server cannot convert it; it orders the parts of the statement
/// like this itself (`ATController` in `src/backend/commands/tablecmds.c`).
///
/// `old` is the old type, as SQL, and `labels` are its labels that rows may hold, each with its new value.
pub(crate) fn alter_table(
    table: &str,
    old: &str,
    columns: &[Converted<'_>],
    labels: &[(&str, Option<&str>)],
) -> String {
    let mut parts = Vec::new();
    for column in columns {
        let name = column.name;
        if column.default.is_some() {
            parts.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        match column.holds {
            Some((_, type_sql)) if column.generated => {
                parts.push(format!("ALTER COLUMN {name} TYPE {type_sql}"));
            }
            Some((holds, type_sql)) => {
                let is_domain = holds == Holds::Scalar && column.is_domain;
                // `enum_out` takes no domain.
                let value = if is_domain { format!("{name}::{old}") } else { name.to_owned() };
                let using = using(&value, type_sql, holds, labels);
                parts.push(format!("ALTER COLUMN {name} TYPE {type_sql} USING {using}"));
            }
            None => {}
        }
        if let Some(default) = &column.default {
            parts.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
        }
    }
    format!("ALTER TABLE {table}\n    {};", parts.join(",\n    "))
}

/// The statement that converts an attribute of a composite type, of which no values are stored.
pub(crate) fn alter_attribute(composite: &str, name: &str, type_sql: &str) -> String {
    format!("ALTER TYPE {composite} ALTER ATTRIBUTE {name} TYPE {type_sql};")
}

/// The statements that let the server convert generated columns, which hold `NULL` meanwhile, and those that end this: it
/// accepts no `USING` for them.
pub(crate) fn cast(old: &str, type_sql: &str) -> [String; 2] {
    let create = format!("CREATE CAST ({old} AS {type_sql}) WITH INOUT AS ASSIGNMENT;");
    [create, format!("DROP CAST ({old} AS {type_sql});")]
}

/// The longest list of labels with a comparison for each: from about this number on, text is faster.
const COMPARED: usize = 32;

/// Whether a column of a type with so many labels is compared with each of them.
pub(crate) const fn compares_labels(labels: usize) -> bool {
    0 < labels && labels <= COMPARED
}

/// The new value of a column. The labels of the old type that stay have their new names already.
///
/// The text of an array has its dimensions, bounds and nulls, so it is converted as a whole. A scalar is compared with each
/// label, which takes about half as long as its text, whose label both types look up. A label that no row may hold is an
/// error of the text.
fn using<'a>(
    column: &'a str,
    type_sql: &'a str,
    holds: Holds,
    labels: &'a [(&'a str, Option<&'a str>)],
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let value = |to: Option<&str>| match to {
            Some(label) => format!("{}", Literal(label)),
            None => "NULL".into(),
        };
        let replaced = || labels.iter().filter(|(label, to)| *to != Some(*label));
        match holds {
            Holds::Array => {
                for _ in replaced() {
                    f.write_str("array_replace(")?;
                }
                let texts = if replaced().next().is_some() { "::text[]" } else { "" };
                write!(f, "array_out({column})::text{texts}")?;
                for (label, to) in replaced() {
                    write!(f, ", {}, {})", Literal(label), value(*to))?;
                }
                write!(f, "::{type_sql}")
            }
            _ if labels.is_empty() || labels.len() > COMPARED && replaced().next().is_none() => {
                write!(f, "enum_out({column})::text::{type_sql}")
            }
            _ if labels.len() > COMPARED => {
                write!(f, "(CASE {column}")?;
                for (label, to) in replaced() {
                    write!(f, " WHEN {} THEN {}", Literal(label), value(*to))?;
                }
                write!(f, " ELSE enum_out({column})::text END)::{type_sql}")
            }
            _ => {
                write!(f, "CASE {column}")?;
                for (label, to) in labels {
                    write!(f, " WHEN {} THEN {}::{type_sql}", Literal(label), value(*to))?;
                }
                write!(f, " ELSE enum_out({column})::text::{type_sql} END")
            }
        }
    })
}

/// The statements that restore what the server sets anew for a column whose type is changed (`ATExecAlterColumnType`
/// in `src/backend/commands/tablecmds.c`).
pub(crate) fn restore_storage(
    table: &str,
    name: &str,
    storage: Option<&str>,
    compression: Option<&str>,
) -> Vec<String> {
    let mut statements = Vec::new();
    if let Some(storage) = storage {
        statements.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET STORAGE {storage};"));
    }
    if let Some(compression) = compression {
        statements.push(format!(
            "ALTER TABLE {table} ALTER COLUMN {name} SET COMPRESSION {compression};"
        ));
    }
    statements
}
