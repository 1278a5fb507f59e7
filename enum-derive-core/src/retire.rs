//! The columns of an enum type, and whether their checks forbid a retired label.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::forbid::{constants, forbids};
use crate::record::{Origin, Record, RecordedCheck, RecordedEnum, RecordedType, RelationKind};

/// A column of a table that holds an enum, and what bears on its labels. A column that a table inherits is not one: a
/// constraint of the parent is one of the child as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The schema of the table.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// How it holds the enum.
    pub holds: Holding,
    /// Whether its type is a domain, or an array of one.
    pub is_domain: bool,
    /// Whether it is certainly `NOT NULL`.
    pub not_null: bool,
    /// Whether its value is the result of an expression.
    pub is_generated: bool,
    /// Its default, as SQL.
    pub default: Option<String>,
    /// The checks of the table.
    pub checks: Vec<HolderCheck>,
    /// Where a migration writes it; `None` in a database.
    pub at: Option<Origin>,
}

/// How a column holds an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Each value is one of the labels.
    Scalar,
    /// Each value is an array of labels.
    Array,
    /// The type of the column contains the enum: a composite type, a range, an array of arrays.
    Inside,
}

/// A check of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderCheck {
    /// Its name; `None` if the server chooses it.
    pub name: Option<String>,
    /// Its expression, as SQL.
    pub expression: String,
    /// Whether it holds for all rows: not so after `NOT VALID`.
    pub is_valid: bool,
    /// Whether the tables that inherit have it too.
    pub is_inherited: bool,
}

/// Whether a column may hold a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// No row holds it.
    Forbidden,
    /// No new row may hold it. This check is not validated.
    NotValidated(&'a HolderCheck),
    /// A row may hold it.
    Allowed,
}

/// A table of which it is not known whether, or how, it holds an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsureTable {
    /// The table, as messages show it; `None` for any other table.
    pub table: Option<String>,
    /// Where a migration makes this uncertain, if that is known.
    pub at: Option<Origin>,
    /// Why.
    pub reason: String,
}

impl Holder {
    /// Whether the column may hold this label.
    #[must_use]
    pub fn standing(&self, label: &str) -> Standing<'_> {
        let is_array = match self.holds {
            Holding::Scalar => false,
            Holding::Array => true,
            Holding::Inside => return Standing::Allowed,
        };
        let forbidding = |check: &&HolderCheck| {
            check.is_inherited && forbids(&check.expression, &self.column, label, is_array)
        };
        match self.checks.iter().filter(forbidding).max_by_key(|check| check.is_valid) {
            None => Standing::Allowed,
            Some(check) if check.is_valid => Standing::Forbidden,
            Some(check) => Standing::NotValidated(check),
        }
    }

    /// Whether the default of the column is this label, or an array with it.
    #[must_use]
    pub fn has_default(&self, label: &str) -> bool {
        let is_array = self.holds == Holding::Array;
        let labels = self.default.as_deref().and_then(|default| constants(default, is_array));
        labels.is_some_and(|labels| labels.iter().any(|there| there == label))
    }
}

/// `app.orders.status`, or `app.orders.states[]`, without quotes: for messages.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schema, table, column, holds, .. } = self;
        let array = if *holds == Holding::Array { "[]" } else { "" };
        write!(f, "{schema}.{table}.{column}{array}")
    }
}

/// Whether each of these columns forbids a label in all rows. Without columns, nothing forbids it.
#[must_use]
pub fn is_retired(holders: &[Holder], label: &str) -> bool {
    !holders.is_empty()
        && holders.iter().all(|holder| holder.standing(label) == Standing::Forbidden)
}

/// The columns of a type after the migrations, and the tables of which too little is known.
///
/// Foreign tables are left out: their rows are in another database, and the server does not enforce their checks
/// (`PostgreSQL` manual, CREATE FOREIGN TABLE).
#[must_use]
pub fn holders(record: &Record, of: &RecordedEnum) -> (Vec<Holder>, Vec<UnsureTable>) {
    let (mut holders, mut unsure) = (Vec::new(), Vec::new());
    let Some(tables) = &record.tables else {
        let reason = "the record has no tables".into();
        unsure.push(UnsureTable { table: None, at: None, reason });
        return (holders, unsure);
    };
    if let Some(why) = &record.any_table {
        let at = Some(why.at.clone());
        unsure.push(UnsureTable { table: None, at, reason: why.reason.clone() });
    }
    for table in tables.iter().filter(|table| table.kind == RelationKind::Table) {
        let name = || Some(alloc::format!("{}.{}", table.schema, table.name));
        if table.is_foreign {
            continue;
        }
        if let Some(why) = &table.unknown {
            let at = Some(why.at.clone());
            unsure.push(UnsureTable { table: name(), at, reason: why.reason.clone() });
            continue;
        }
        for column in table.columns.iter().filter(|column| !column.is_inherited) {
            let is_it = |ty: &&RecordedType| ty.schema == of.schema && ty.name == of.name;
            let Some(behind) = column.types.iter().position(|ty| is_it(&ty)) else { continue };
            let ty = &column.types[behind];
            let Some(checks) = &table.checks else {
                let reason = "whether it has a check is not known".into();
                unsure.push(UnsureTable { table: name(), at: Some(column.at.clone()), reason });
                break;
            };
            let check = |check: &RecordedCheck| HolderCheck {
                name: check.name.clone(),
                expression: check.expression.clone(),
                is_valid: check.is_valid,
                is_inherited: check.is_inherited,
            };
            holders.push(Holder {
                schema: table.schema.clone(),
                table: table.name.clone(),
                column: column.name.clone(),
                holds: if ty.is_array { Holding::Array } else { Holding::Scalar },
                is_domain: behind > 0,
                not_null: column.not_null == Some(true),
                is_generated: column.is_generated,
                default: column.default.clone(),
                checks: checks.iter().map(check).collect(),
                at: Some(column.at.clone()),
            });
        }
    }
    (holders, unsure)
}
