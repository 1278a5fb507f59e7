//! What a smoke test asks a database, and what the answers mean.
//!
//! [`holders`] lists the columns that hold an enum. [`Surroundings`] is everything around a new row of a table, and tells
//! whether one may be inserted, and with what in the other columns. The statements are [`cast_sql`],
//! [`Holder::compare_sql`] and [`Row::sql`]; a driver runs them, in a transaction that it rolls back.
//!
//! ```
//! use pg_enum_core::smoke::{Holder, Surroundings};
//!
//! let holder = Holder::parse("{0,app,orders,status,one,false,false}").expect("a row");
//! let rows = ["{table,NULL,NULL,false,NULL,NULL}", "{column,id,true,sequence,9223372036854775807,NULL}"];
//! let surroundings = Surroundings::parse(rows).expect("rows");
//! let row = surroundings.row(&holder, false).expect("it can be inserted");
//! assert!(row.sql("new").contains(
//!     "INSERT INTO app.orders (status, id) OVERRIDING SYSTEM VALUE VALUES ('new', '9223372036854775807');"
//! ));
//! ```

mod surroundings;
#[cfg(test)]
mod tests;

use alloc::string::{String, ToString};
use core::fmt;

pub use self::surroundings::{Row, Surroundings};
use crate::array::elements;
use crate::drift::{Column, Query};
use crate::sql::{Ident, smoke};
use crate::visible;

/// A column that holds an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The number of the enum, as given to [`holders`].
    pub number: usize,
    schema: String,
    table: String,
    column: String,
    how: How,
    is_domain: bool,
    is_foreign: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    One,
    Many,
    Nested,
}

/// The columns of tables and of partitioned tables that hold one of these enums: a number for [`Holder::number`], the
/// schema and the name of each. [`Holder::parse`] reads each row.
#[must_use]
pub fn holders(types: &[(usize, &str, &str)]) -> Query {
    Query::new(smoke::holders(types))
}

/// Casts each label to a type in a statement that is prepared, not executed, and forgotten.
#[must_use]
pub fn cast_sql(schema: &str, name: &str, labels: &[&str]) -> String {
    smoke::cast(schema, name, labels).to_string()
}

/// Sets `lock_timeout` and `statement_timeout`, in milliseconds, for the rest of the transaction; zero means no limit.
///
/// Unless `run_code`, names without a schema mean built-in objects from here on. Otherwise deferred constraints are
/// checked at once from here on.
#[must_use]
pub fn limits_sql(lock: u128, statement: u128, run_code: bool) -> String {
    smoke::limits(lock, statement, run_code).to_string()
}

/// Begins something that [`UNDO`] undoes, also after an error.
pub const TRY: &str = "SAVEPOINT pg_enum_smoke;\n";
/// Undoes everything since the last [`TRY`], whose locks are released.
pub const UNDO: &str = "ROLLBACK TO SAVEPOINT pg_enum_smoke;\nRELEASE SAVEPOINT pg_enum_smoke;\n";

/// A query with one row, which [`Unwritten::of_transaction`] reads.
#[must_use]
pub fn read_only() -> Query {
    Query::new(smoke::READ_ONLY)
}

impl Holder {
    /// Reads a row of the result of [`holders`]; `None` if it is not such a row.
    #[must_use]
    pub fn parse(row: &str) -> Option<Self> {
        let row: [_; 7] = elements(row)?.try_into().ok()?;
        let [number, schema, table, column, how, is_domain, is_foreign] = row;
        Some(Self {
            number: number?.parse().ok()?,
            schema: schema?,
            table: table?,
            column: column?,
            how: match how?.as_str() {
                "one" => How::One,
                "many" => How::Many,
                _ => How::Nested,
            },
            is_domain: is_domain? == "true",
            is_foreign: is_foreign? == "true",
        })
    }

    /// The column, as SQL spells it.
    #[must_use]
    pub fn column(&self) -> Column {
        let Self { schema, table, column, how, .. } = self;
        Column {
            table: alloc::format!("{}.{}", Ident(schema), Ident(table)),
            name: Ident(column).to_string(),
            is_array: *how == How::Many,
        }
    }

    /// Why no row of the table can have a label in this column, whatever surrounds it.
    #[must_use]
    pub fn unwritten(&self) -> Option<Unwritten> {
        if self.is_foreign {
            return Some(Unwritten::Foreign { table: self.column().table });
        }
        self.is_nested().then_some(Unwritten::Nested)
    }

    /// Whether the enum is inside a composite type, a range or an array of arrays, so that a label alone is no value.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        self.how == How::Nested
    }

    /// Compares the column with each label, in a statement that is prepared, not executed, and forgotten. The schema
    /// and the name are those of the enum.
    #[must_use]
    pub fn compare_sql(&self, (schema, name): (&str, &str), labels: &[&str]) -> String {
        let cast = self.is_domain.then_some((schema, name));
        smoke::compare(smoke::Held { cast, ..self.held() }, labels).to_string()
    }

    /// Locks the table and its partitions, so that what [`Surroundings`] says of them stays true until the
    /// transaction ends. Others read and write them meanwhile. With `run_code`, triggers and indexes may be added.
    #[must_use]
    pub fn lock_sql(&self, run_code: bool) -> String {
        smoke::lock(&self.schema, &self.table, run_code).to_string()
    }

    /// A query whose rows [`Surroundings::parse`] reads.
    #[must_use]
    pub fn surroundings(&self) -> Query {
        Query::new(smoke::surroundings(&self.schema, &self.table))
    }

    fn held(&self) -> smoke::Held<'_> {
        smoke::Held {
            schema: &self.schema,
            table: &self.table,
            column: &self.column,
            is_array: self.how == How::Many,
            cast: None,
        }
    }
}

/// Why no row was inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unwritten {
    /// The server is a standby.
    Standby,
    /// The transaction is read-only.
    ReadOnly,
    /// The caller's transaction is not at `READ COMMITTED`, so that its catalogs may be out of date.
    Snapshot,
    /// The table, or a partition of it, is a foreign table: its rows are in another database.
    Foreign {
        /// The foreign table, as SQL spells it.
        table: String,
    },
    /// The column's type contains the enum inside a composite type, a range or an array of arrays.
    Nested,
    /// The column is generated.
    Generated,
    /// Another role, which is no superuser, owns the schema. It can put another table in the place of this one at any
    /// time.
    Owner {
        /// The schema.
        schema: String,
        /// The role.
        owner: String,
    },
    /// Row security applies to the role, and would run its policies as the role.
    RowSecurity,
    /// Something would run functions that are not known to be harmless.
    Code {
        /// What it is, as the server describes it: `trigger audit on table app.orders`.
        of: String,
    },
    /// Another column is `NOT NULL` and has no default.
    NotNull {
        /// The column.
        column: String,
    },
    /// Another column is `NOT NULL`, and its default calls functions that are not known to be harmless.
    Default {
        /// The column.
        column: String,
    },
    /// The value of a column would have to be looked up in another table.
    ForeignKey {
        /// The column.
        column: String,
        /// The constraint.
        constraint: String,
    },
}

impl Unwritten {
    /// Whether the reason is code of the database, which a caller may allow to run.
    #[must_use]
    pub const fn is_code(&self) -> bool {
        matches!(
            self,
            Self::Owner { .. }
                | Self::RowSecurity
                | Self::Code { .. }
                | Self::Default { .. }
                | Self::ForeignKey { .. }
        )
    }

    /// Why no row of any table can be inserted in this transaction, from the row of [`read_only`].
    #[must_use]
    pub fn of_transaction(row: &str) -> Option<Self> {
        match row {
            "standby" => Some(Self::Standby),
            "read only" => Some(Self::ReadOnly),
            "snapshot" => Some(Self::Snapshot),
            _ => None,
        }
    }
}

/// The reason, as messages show it.
impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standby => f.write_str("the server is a standby"),
            Self::ReadOnly => f.write_str("the transaction is read-only"),
            Self::Snapshot => f.write_str("the transaction is not at READ COMMITTED"),
            Self::Foreign { table } => write!(f, "{} is a foreign table", visible(table)),
            Self::Nested => f.write_str("the type of the column contains the enum"),
            Self::Generated => f.write_str("the column is generated"),
            Self::Owner { schema, owner } => write!(
                f,
                "`{}` owns the schema `{}` and could replace the table: connect as this role",
                visible(owner),
                visible(schema)
            ),
            Self::RowSecurity => f.write_str("row security would run its policies"),
            Self::Code { of } => write!(f, "{} may run any code", visible(of)),
            Self::NotNull { column } => {
                write!(f, "column `{}` is NOT NULL without default", visible(column))
            }
            Self::Default { column } => write!(
                f,
                "column `{}` is NOT NULL, and its default may run any code",
                visible(column)
            ),
            Self::ForeignKey { column, constraint } => write!(
                f,
                "column `{}` is in the foreign key `{}`, which reads another table",
                visible(column),
                visible(constraint)
            ),
        }
    }
}
