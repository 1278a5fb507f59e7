//! The tables of a record.
//!
//! Keys and the texts of defaults are left out: nobody who reads a record asks for them, and a macro reads it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::Split;

use super::{Field, Origin, Place, Record, unescape};

/// A table or a view, as the migrations leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: RelationKind,
    /// The statement that created it.
    pub created: Origin,
    /// Whether its rows are in another database: a foreign table.
    pub is_foreign: bool,
    /// Its checks that compare a column with constants, without those that it inherits; `None` if there may be others.
    pub checks: Option<Vec<RecordedCheck>>,
    /// Why its columns cannot be told, if they cannot. Then nothing is held against a model.
    pub unknown: Option<UnknownTable>,
    /// Its columns, in order.
    pub columns: Vec<RecordedColumn>,
}

/// What has columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// A table: also a partitioned or a foreign one.
    Table,
    /// A view: also a materialized one.
    View,
}

/// Why columns cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTable {
    /// Where.
    pub at: Origin,
    /// The reason, in words.
    pub reason: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedColumn {
    /// Its name.
    pub name: String,
    /// Whether it is NOT NULL; `None` if that cannot be told.
    pub not_null: Option<bool>,
    /// Whether the server fills it if an `INSERT` leaves it out: it has a default, is an identity or is generated.
    pub is_filled: bool,
    /// Whether it comes from another table, as that of a partition does.
    pub is_inherited: bool,
    /// Whether its value is the result of an expression: `GENERATED ALWAYS AS (…)`.
    pub is_generated: bool,
    /// Its default, as a migration has it, if it is of one of the migrations' types.
    pub default: Option<String>,
    /// Where a migration writes it.
    pub at: Origin,
    /// Its type. Behind a domain comes its base type, and so on. Empty if it cannot be told.
    pub types: Vec<RecordedType>,
}

/// A check of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCheck {
    /// Its name; `None` if the server chooses it.
    pub name: Option<String>,
    /// Its expression.
    pub expression: String,
    /// Whether it holds for all rows: not so after `NOT VALID`.
    pub is_valid: bool,
    /// Whether the tables that inherit have it too.
    pub is_inherited: bool,
    /// Where a migration writes it.
    pub at: Origin,
}

/// A type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedType {
    /// Its schema; of an array, that of its elements.
    pub schema: String,
    /// Its name in `pg_type`; of an array, that of its elements.
    pub name: String,
    /// Whether it is an array.
    pub is_array: bool,
    /// What the server prints (`format_type`).
    pub sql: String,
}

impl RecordedTable {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&RecordedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let unknown = self.unknown.as_mut().map(|unknown| &mut unknown.at);
        let columns = self.columns.iter_mut().map(|column| &mut column.at);
        let checks = self.checks.iter_mut().flatten().map(|check| &mut check.at);
        [&mut self.created].into_iter().chain(unknown).chain(columns).chain(checks)
    }
}

impl UnknownTable {
    fn read(fields: &mut Split<'_, char>) -> Option<Self> {
        Some(Self { at: Origin::read(fields)?, reason: unescape(fields.next()?)? })
    }
}

/// Writes the lines that [`add_line`] reads.
pub(super) fn write(
    tables: &[RecordedTable],
    any_table: Option<&UnknownTable>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    writeln!(f, "tables")?;
    if let Some(UnknownTable { at, reason }) = any_table {
        writeln!(f, "any-table\t{}\t{}", Place(at), Field(reason))?;
    }
    for table in tables {
        let RecordedTable { schema, name, kind, created, is_foreign, checks, unknown, columns } =
            table;
        let kind = match kind {
            RelationKind::Table => "table",
            RelationKind::View => "view",
        };
        writeln!(f, "{kind}\t{}\t{}\t{}", Field(schema), Field(name), Place(created))?;
        if let Some(UnknownTable { at, reason }) = unknown {
            writeln!(f, "untold\t{}\t{}", Place(at), Field(reason))?;
        }
        if *is_foreign {
            writeln!(f, "foreign")?;
        }
        if checks.is_none() {
            writeln!(f, "unsure-checks")?;
        }
        for check in checks.iter().flatten() {
            let RecordedCheck { name, expression, is_valid, is_inherited, at } = check;
            let name = name.as_deref().unwrap_or_default();
            let valid = if *is_valid { "valid" } else { "not-valid" };
            let inherited = if *is_inherited { "inherited" } else { "no-inherit" };
            let (name, expression) = (Field(name), Field(expression));
            writeln!(f, "check\t{name}\t{valid}\t{inherited}\t{expression}\t{}", Place(at))?;
        }
        for column in columns {
            let RecordedColumn {
                name,
                not_null,
                is_filled,
                is_inherited,
                is_generated,
                default,
                at,
                types,
            } = column;
            let null = match not_null {
                Some(true) => "not-null",
                Some(false) => "null",
                None => "unknown",
            };
            let filled = if *is_filled { "filled" } else { "given" };
            write!(f, "column\t{}\t{null}\t{filled}\t{}", Field(name), Place(at))?;
            for RecordedType { schema, name, is_array, sql } in types {
                let array = if *is_array { "array" } else { "value" };
                write!(f, "\t{}\t{}\t{array}\t{}", Field(schema), Field(name), Field(sql))?;
            }
            writeln!(f)?;
            if *is_inherited {
                writeln!(f, "inherited")?;
            }
            if *is_generated {
                writeln!(f, "generated")?;
            }
            if let Some(default) = default {
                writeln!(f, "default-value\t{}", Field(default))?;
            }
        }
    }
    Ok(())
}

/// Adds what a line says. `None` if it is none of those that [`write`] writes.
pub(super) fn add_line(record: &mut Record, key: &str, fields: &mut Split<'_, char>) -> Option<()> {
    let tables = match key {
        "tables" => record.tables.insert(Vec::new()),
        _ => record.tables.as_mut()?,
    };
    match key {
        "tables" => {}
        "table" | "view" => tables.push(RecordedTable {
            schema: unescape(fields.next()?)?,
            name: unescape(fields.next()?)?,
            kind: if key == "view" { RelationKind::View } else { RelationKind::Table },
            created: Origin::read(fields)?,
            is_foreign: false,
            checks: Some(Vec::new()),
            unknown: None,
            columns: Vec::new(),
        }),
        "any-table" => record.any_table = Some(UnknownTable::read(fields)?),
        "untold" => tables.last_mut()?.unknown = Some(UnknownTable::read(fields)?),
        "foreign" => tables.last_mut()?.is_foreign = true,
        "unsure-checks" => tables.last_mut()?.checks = None,
        "check" => {
            let check = RecordedCheck {
                name: Some(unescape(fields.next()?)?).filter(|name| !name.is_empty()),
                is_valid: fields.next()? == "valid",
                is_inherited: fields.next()? == "inherited",
                expression: unescape(fields.next()?)?,
                at: Origin::read(fields)?,
            };
            tables.last_mut()?.checks.as_mut()?.push(check);
        }
        "inherited" => tables.last_mut()?.columns.last_mut()?.is_inherited = true,
        "generated" => tables.last_mut()?.columns.last_mut()?.is_generated = true,
        "default-value" => {
            tables.last_mut()?.columns.last_mut()?.default = Some(unescape(fields.next()?)?);
        }
        "column" => {
            let name = unescape(fields.next()?)?;
            let not_null = match fields.next()? {
                "not-null" => Some(true),
                "null" => Some(false),
                _ => None,
            };
            let is_filled = fields.next()? == "filled";
            let at = Origin::read(fields)?;
            let mut types = Vec::new();
            while let Some(schema) = fields.next() {
                types.push(RecordedType {
                    schema: unescape(schema)?,
                    name: unescape(fields.next()?)?,
                    is_array: fields.next()? == "array",
                    sql: unescape(fields.next()?)?,
                });
            }
            let columns = &mut tables.last_mut()?.columns;
            columns.push(RecordedColumn {
                name,
                not_null,
                is_filled,
                is_inherited: false,
                is_generated: false,
                default: None,
                at,
                types,
            });
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec;

    use super::{
        RecordedCheck, RecordedColumn, RecordedTable, RecordedType, RelationKind, UnknownTable,
    };
    use crate::record::{Origin, Record};

    #[test]
    fn a_table_comes_back_whatever_is_in_it() {
        let at = |line| Origin { file: "migrations/1\t\\x.sql".into(), line };
        let ty = |name: &str, is_array| RecordedType {
            schema: "pg\ncatalog".into(),
            name: name.into(),
            is_array,
            sql: "a\tb[]".into(),
        };
        let column = |not_null, is_filled, types| RecordedColumn {
            name: "it's\r\n".into(),
            not_null,
            is_filled,
            is_inherited: is_filled,
            is_generated: !is_filled,
            default: is_filled.then(|| "'a\tb'".into()),
            at: at(3),
            types,
        };
        let table = RecordedTable {
            schema: "public".into(),
            name: "\\orders".into(),
            kind: RelationKind::Table,
            created: at(1),
            is_foreign: false,
            checks: Some(vec![
                RecordedCheck {
                    name: Some("a\tb".into()),
                    expression: "m <>\n'x'".into(),
                    is_valid: true,
                    is_inherited: false,
                    at: at(4),
                },
                RecordedCheck {
                    name: None,
                    expression: String::new(),
                    is_valid: false,
                    is_inherited: true,
                    at: at(5),
                },
            ]),
            unknown: None,
            columns: vec![
                column(Some(true), true, vec![ty("domain", false), ty("", true)]),
                column(Some(false), false, vec![]),
                column(None, false, vec![ty("x", false)]),
            ],
        };
        let view = RecordedTable {
            kind: RelationKind::View,
            is_foreign: true,
            checks: None,
            unknown: Some(UnknownTable { at: at(4), reason: "a\nb".into() }),
            columns: vec![],
            ..table.clone()
        };
        let any = UnknownTable { at: at(9), reason: "\t".into() };
        let tables = Some(vec![table, view]);
        let mut record = Record { tables, any_table: Some(any), ..Record::default() };
        let text = record.to_string();
        assert_eq!(Record::parse(&text).as_ref(), Some(&record), "{text}");
        assert_eq!(record.origins_mut().count(), 9);
    }

    #[test]
    fn a_line_needs_the_one_before_it() {
        let of = |lines: &str| Record::parse(&alloc::format!("pg-enum record 1\n{lines}"));
        assert!(of("tables\n").is_some());
        assert!(of("table\ta\tb\t1.sql\t1\n").is_none());
        assert!(of("tables\ncolumn\ta\tnull\tgiven\t1.sql\t1\n").is_none());
        assert!(of("tables\ninherited\n").is_none() && of("tables\nforeign\n").is_none());
        assert!(of("tables\ncheck\t\tvalid\tinherited\tx\t1.sql\t1\n").is_none());
        assert!(of("any-table\t1.sql\t1\tx\n").is_none());
        assert!(of("tables\nuntold\t1.sql\t1\tx\n").is_none());
        assert!(of("tables\nkey\ta\n").is_none());
    }
}
