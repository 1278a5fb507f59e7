//! Decides which fields and attributes the struct of a table needs, and writes it.

use std::collections::BTreeMap;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::columns::Types;
use super::source::{LINE, assignment, derive_list, documentation, write_attributes};
use super::tables::{Column, Table};
use super::{Enum, names};
use crate::text::visible;

/// The derives of every struct, before and after the requested ones. Some types of columns are not `Eq`.
const DERIVED: [&str; 3] = ["Debug", "Clone", "PartialEq"];
const LAST: &str = "PgModel";

/// A struct to write.
pub(crate) struct Struct<'a> {
    pub(crate) table: &'a Table,
    pub(crate) ident: String,
    /// The attribute `schema`, if the table is not in the default schema.
    schema: Option<&'a str>,
    /// The columns with the names of their fields, in order.
    columns: Vec<(&'a Column, String)>,
}

/// The structs for these tables. `all` are all tables: if several have the same name, each gets the attribute
/// `schema`.
pub(crate) fn structs<'a>(
    all: &'a [Table],
    wanted: impl Fn(&Table) -> bool,
    enums: &[Enum<'_>],
) -> Vec<Struct<'a>> {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for table in all {
        *alike.entry(&table.name).or_default() += 1;
    }
    let tables: Vec<&Table> = all.iter().filter(|table| wanted(table)).collect();
    let idents = names::models(&tables, enums.iter().map(|item| &*item.ident));
    let structs = tables.into_iter().zip(idents).map(|(table, ident)| {
        let fields = names::fields(&table.columns);
        Struct {
            schema: (!table.at_home || alike[&*table.name] > 1).then_some(&*table.schema),
            columns: table.columns.iter().zip(fields).collect(),
            table,
            ident,
        }
    });
    structs.collect()
}

impl Struct<'_> {
    /// Writes the struct in the format of rustfmt, and returns the number of columns that it leaves out.
    pub(crate) fn write(&self, types: &Types<'_>, derives: &[String], text: &mut String) -> usize {
        write_documentation("", self.table.comment.as_deref(), text);
        let mut all = DERIVED.to_vec();
        for name in derives {
            if name != LAST && !all.contains(&&**name) {
                all.push(name);
            }
        }
        all.push(LAST);
        // Writing to a string does not fail.
        let _ = writeln!(text, "#[{}]", derive_list(&all, "", "\n"));
        let given = [("table", Some(&*self.table.name)), ("schema", self.schema)];
        let given = given.into_iter().filter_map(|(key, value)| Some(assignment(key, value?)));
        write_attributes("pg_model", "", &given.collect::<Vec<_>>(), text);
        // `FromRow` does not know `pg_model`, and `PgModel` knows `sqlx`.
        let by_sqlx = derives.iter().any(|path| path.rsplit("::").next() == Some("FromRow"));
        let column_attribute = if by_sqlx { ("sqlx", "rename") } else { ("pg_model", "column") };
        let head = format!("pub struct {}", self.ident);
        let brace = if head.width() + " {".len() <= LINE { " {" } else { "\n{" };
        let _ = writeln!(text, "{head}{brace}");
        let mut left_out = 0;
        for (column, field) in &self.columns {
            match types.of(column) {
                Ok(ty) => {
                    write_documentation("    ", column.comment.as_deref(), text);
                    if field.strip_prefix("r#").unwrap_or(field) != column.name {
                        let (attribute, key) = column_attribute;
                        let argument = assignment(key, &column.name);
                        write_attributes(attribute, "    ", &[argument], text);
                    }
                    let line = format!("    pub {field}: {ty},");
                    let _ = if line.width() <= LINE {
                        writeln!(text, "{line}")
                    } else {
                        writeln!(text, "    pub {field}:\n        {ty},")
                    };
                }
                Err(why) => {
                    left_out += 1;
                    let (name, why) = (visible(&column.name), visible(&why));
                    let _ = writeln!(text, "    // The column \"{name}\" is left out: {why}.");
                }
            }
        }
        text.push_str("}\n");
        left_out
    }
}

fn write_documentation(indent: &str, comment: Option<&str>, text: &mut String) {
    let (lines, _) = comment.map(documentation).unwrap_or_default();
    for line in &lines {
        text.push_str(format!("{indent}/// {line}").trim_end());
        text.push('\n');
    }
}
