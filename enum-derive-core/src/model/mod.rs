//! The comparison of a struct with the tables of the migrations: what needs no type of Rust. The rest is
//! [`column`](crate::column), for which a [`Comparison`] has what is to be compared.

mod compare;
mod message;
mod nearest;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::compare::compare;
use crate::record::{Origin, RecordedColumn, RecordedTable, UnknownTable};

/// A struct whose fields hold columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model<'a> {
    /// The table that it is a row of; `None` for a row of several.
    pub table: Option<TableName<'a>>,
    /// Whether a column without a field is an error.
    pub complete: bool,
    /// Its fields. One that is no column is here as well, so that an index is that of the struct's field.
    pub fields: Vec<Field<'a>>,
}

/// A table's name, as PostgreSQL stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableName<'a> {
    /// The schema; `None` for the first of `search_path`.
    pub schema: Option<&'a str>,
    /// The name.
    pub name: &'a str,
}

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Where its value comes from.
    pub source: Source<'a>,
    /// Whether the row may lack the column: `#[sqlx(default)]`.
    pub optional: bool,
    /// Whether the value is read as JSON, whatever the field's type is, and if so, whether NULL is as well:
    /// `#[sqlx(json)]`, `#[sqlx(json(nullable))]`.
    pub json: Option<bool>,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// A column of the model's table.
    Column(&'a str),
    /// A column of a table that the field names.
    From(TableName<'a>, &'a str),
    /// No column.
    None,
}

/// What the migrations say of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison<'a> {
    /// Everything that is wrong.
    pub mismatches: Vec<Mismatch>,
    /// The tables that the model names and whose columns cannot be told, so that nothing is compared.
    pub untold: Vec<Untold>,
    /// The columns of the fields, by field; `None` where there is nothing to compare.
    pub columns: Vec<Option<(&'a RecordedTable, &'a RecordedColumn)>>,
    /// The columns that an `INSERT` must give, by field; `None` if that cannot be told.
    pub inserted: Option<Vec<bool>>,
    /// The columns that a query can name, by field: all but those that the table lacks.
    pub selected: Vec<bool>,
}

/// Something that is wrong. Its `Display` is the message with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The part of the model that is wrong.
    pub place: Place,
    /// What is wrong with it.
    pub problem: Problem,
}

/// A part of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The struct's name.
    Name,
    /// The name of its table.
    Table,
    /// The schema of its table.
    Schema,
    /// A field, or where it says which column of the model's table it is.
    Field(usize),
    /// Where a field says which column of which table it is.
    From(usize),
}

/// What is wrong with a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The record has no tables: another version has written it.
    NoTables,
    /// No migration creates the table.
    NoTable {
        /// The table, as messages show it.
        table: String,
        /// A table that may be meant.
        similar: Option<Similar>,
    },
    /// The table has no such column.
    NoColumn {
        /// The table, as messages show it.
        table: String,
        /// The column.
        column: String,
        /// A column that may be meant.
        similar: Option<Similar>,
        /// The statement that created the table.
        created: Origin,
    },
    /// The table has none of these columns.
    NoColumns {
        /// The table, as messages show it.
        table: String,
        /// The columns, in the order of the fields.
        columns: Vec<String>,
        /// How many columns the table has.
        has: usize,
        /// The statement that created the table.
        created: Origin,
    },
    /// The value is read as JSON, and the column has another type.
    NotJson {
        /// The column with its table, as messages show it.
        column: String,
        /// Its type.
        sql: String,
        /// Where a migration writes it.
        at: Origin,
    },
    /// The value is read as JSON but not as NULL, which the column can be.
    JsonNull {
        /// The column with its table, as messages show it.
        column: String,
        /// Where a migration writes it.
        at: Origin,
    },
    /// The model is complete, and has no field for these columns.
    NoFields {
        /// The table, as messages show it.
        table: String,
        /// Each column, its type if it is known, and its place.
        columns: Vec<(String, Option<String>, Origin)>,
    },
}

impl Problem {
    /// A short, stable name, for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTables => "no-tables",
            Self::NoTable { .. } => "no-table",
            Self::NoColumn { .. } => "no-column",
            Self::NoColumns { .. } => "no-columns",
            Self::NotJson { .. } => "not-json",
            Self::JsonNull { .. } => "json-null",
            Self::NoFields { .. } => "no-fields",
        }
    }
}

/// A name that may be meant instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The name.
    pub name: String,
    /// How it differs.
    pub how: Difference,
    /// Where a migration writes it.
    pub at: Origin,
}

/// How two names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// By case alone.
    Case,
    /// By a few letters.
    Letters,
    /// The name is the same, in another schema, which is the name that is meant.
    Schema,
}

/// A table that a model names and of which too little can be told. Its `Display` says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The part of the model that names it.
    pub place: Place,
    /// The table, as messages show it.
    pub table: String,
    /// Whether its columns cannot be told. If not, it is not known whether the table is there at all.
    pub is_there: bool,
    /// Where and why.
    pub why: UnknownTable,
}
