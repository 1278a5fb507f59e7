//! The part of the block that refuses rows with labels that the new type does not have.
//!
//! A conversion would fail as well, but without the table, the column and the number of rows.

use alloc::format;
use alloc::string::String;

use crate::sql::Name;
use crate::sql::block;
use crate::sql::quote::{Literal, literals};

/// A column of a table, as SQL and as the server describes it.
pub(crate) struct Column<'a> {
    pub(crate) table: &'a str,
    pub(crate) name: &'a str,
    pub(crate) described: &'a str,
    pub(crate) is_array: bool,
}

/// The labels that the new type does not have.
#[derive(Clone, Copy)]
pub(crate) enum Refused {
    /// Those that are removed, without another label for their rows.
    Gone,
    /// On the way back, those that did not exist before.
    Added,
}

/// The statements. Nothing if there are no such columns or labels. `format` calls the output function of a value, and no
/// cast of a user.
pub(crate) fn held(
    schema: &str,
    name: &str,
    columns: &[Column<'_>],
    labels: &[&str],
    refused: Refused,
) -> String {
    if columns.is_empty() || labels.is_empty() {
        return String::new();
    }
    let of_column = |column: &Column<'_>| {
        let Column { table, name, described, is_array } = column;
        let labels = literals(labels);
        let held = if *is_array {
            format!(
                "EXISTS (SELECT FROM unnest({name}) AS u (v) WHERE format('%s', v) IN ({labels}))"
            )
        } else {
            format!("format('%s', {name}) IN ({labels})")
        };
        let what = Literal(described);
        format!("    SELECT {what}, count(*) FROM {table} WHERE {held}")
    };
    let columns: alloc::vec::Vec<String> = columns.iter().map(of_column).collect();
    let what = match refused {
        Refused::Gone => "removed labels that have no replacement",
        Refused::Added => "labels that did not exist before the change",
    };
    let message = block::message(Name { schema: Some(schema), name }, |f, name| match refused {
        Refused::Gone => write!(
            f,
            "rows hold labels that this change removes from enum type {name} (%): update these rows, or plan again with a replacement for each label"
        ),
        Refused::Added => write!(
            f,
            "rows hold labels that enum type {name} did not have before the change (%): update these rows first"
        ),
    });
    format!(
        "
  -- refuse rows with {what}
  SELECT string_agg(format('%s: %s', what, rows), '; ') INTO differs FROM (
{}
  ) AS held (what, rows) WHERE rows > 0;
  IF differs IS NOT NULL THEN
    RAISE EXCEPTION {message}, differs USING ERRCODE = '55000';
  END IF;
",
        columns.join("\n    UNION ALL\n")
    )
}
