//! What an online change needs to know besides the dependents, and what has been done already.

use alloc::string::String;
use alloc::vec::Vec;

use crate::array::{elements, texts};
use crate::dependent::Grant;
use crate::sql::Query;
use crate::sql::online::names::new_name;
use crate::sql::{self, Name};

/// A query that reads the [`State`]. It reads only the catalogs, and runs no user-defined code.
///
/// ```
/// use pg_enum_core::plan::online::{State, query};
///
/// let query = query("app", "mood");
/// assert!(query.select().contains("'mood_pg_enum_new'"));
/// assert_eq!(State::parse::<&str>(&[]), Some(State::default()));
/// ```
#[must_use]
pub fn query(schema: &str, name: &str) -> Query {
    let new = new_name(name);
    Query::new(sql::online::state(Name { schema: Some(schema), name }, &new))
}

/// The tables that use the type, and what an online change has made. Everything that a run must know of earlier ones is
/// here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The major version of the server.
    pub(super) version: u32,
    /// The labels of the new type, if it is there.
    pub(super) new_type: Option<Vec<String>>,
    pub(super) tables: Vec<Table>,
    pub(super) columns: Vec<Column>,
    /// The columns of the new type.
    pub(super) new_columns: Vec<NewColumn>,
    pub(super) triggers: Vec<Trigger>,
    pub(super) indexes: Vec<Index>,
    pub(super) keys: Vec<Key>,
    /// The new constraints.
    pub(super) constraints: Vec<Constraint>,
}

/// A table that uses the type or the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// Its name, as SQL.
    pub(super) sql: String,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) is_partitioned: bool,
    pub(super) is_partition: bool,
    /// The tables with columns of the type that it inherits from or is a partition of, as SQL.
    pub(super) parents: Vec<String>,
    /// Why its columns cannot be replaced online; empty if they can.
    pub(super) refused: String,
    /// The triggers that an update of any column fires, and when: `pg_trigger.tgenabled`.
    pub(super) fired: Vec<(String, String)>,
    /// The rules for updates, and when they are fired: `pg_rewrite.ev_enabled`.
    pub(super) rules: Vec<(String, String)>,
    /// The triggers that can change a row before it is written.
    pub(super) changing: Vec<String>,
}

/// What a column of a table has besides what [`Dependents`](crate::dependents::Dependents) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its table, as SQL.
    pub(super) table: String,
    /// Its name, as SQL.
    pub(super) name: String,
    pub(super) comment: Option<String>,
    pub(super) target: Option<String>,
    /// Its options, as in `SET (…)`.
    pub(super) options: Option<String>,
    pub(super) grants: Vec<Grant>,
    /// Whether its table defines it, and not only a table that it inherits from.
    pub(super) is_local: bool,
}

/// A column of the new type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewColumn {
    /// Its table, as SQL.
    pub(super) table: String,
    /// Its name, as SQL.
    pub(super) name: String,
    pub(super) is_inherited: bool,
    /// Whether its table defines it, and not only a table that it inherits from.
    pub(super) is_local: bool,
}

/// An index that an online change has made, or that the server has made for a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    /// Its table, as SQL.
    pub(super) table: String,
    /// Its name with its schema, as SQL.
    pub(super) full_name: String,
    pub(super) is_valid: bool,
    /// The index of the partitioned table that it is a part of, with its schema, as SQL.
    pub(super) parent: Option<String>,
}

/// A constraint that an online change has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    /// Its table, as SQL.
    pub(super) table: String,
    /// Its name, as SQL.
    pub(super) name: String,
    pub(super) is_validated: bool,
    /// Whether it is a foreign key, and no part of another one.
    pub(super) is_foreign_key: bool,
}

/// The index of a primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The table, as SQL.
    pub(super) table: String,
    /// The name of the constraint and of the index, as SQL.
    pub(super) name: String,
    /// The schema, as SQL.
    pub(super) schema: String,
    /// The definition of the index.
    pub(super) definition: String,
    /// The comment of the index.
    pub(super) comment: Option<String>,
    pub(super) has_tablespace: bool,
    /// Whether `CLUSTER` uses it.
    pub(super) is_clustered: bool,
    /// Whether it is the replica identity.
    pub(super) is_identity: bool,
}

/// A trigger that an online change has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    /// Its table, as SQL.
    pub(super) table: String,
    /// Its name, as SQL.
    pub(super) name: String,
    /// The body of its function.
    pub(super) body: String,
    /// Its function, as SQL.
    pub(super) function: String,
}

impl State {
    /// Reads the rows of the result of [`query`]; `None` if these are other rows.
    #[must_use]
    pub fn parse<R: AsRef<str>>(rows: &[R]) -> Option<Self> {
        let mut state = Self::default();
        for row in rows {
            let mut row = elements(row.as_ref())?.into_iter();
            let kind = row.next()??;
            let mut next = || row.next().flatten();
            match &*kind {
                "version" => state.version = next()?.parse().ok()?,
                "type" => state.new_type = Some(texts(next())?),
                "table" => state.tables.push(Table {
                    sql: next()?,
                    schema: next()?,
                    name: next()?,
                    is_partitioned: next()? == "true",
                    is_partition: next()? == "true",
                    parents: texts(next())?,
                    refused: next()?,
                    fired: texts(next())?.iter().map(|row| pair(row)).collect::<Option<_>>()?,
                    rules: texts(next())?.iter().map(|row| pair(row)).collect::<Option<_>>()?,
                    changing: texts(next())?,
                }),
                "column" => state.columns.push(Column {
                    table: next()?,
                    name: next()?,
                    comment: next(),
                    target: next(),
                    options: next(),
                    grants: Grant::parse_all(next())?,
                    is_local: next()? == "true",
                }),
                "new column" => state.new_columns.push(NewColumn {
                    table: next()?,
                    name: next()?,
                    is_inherited: next()? == "true",
                    is_local: next()? == "true",
                }),
                "trigger" => state.triggers.push(Trigger {
                    table: next()?,
                    name: next()?,
                    body: next()?,
                    function: next()?,
                }),
                "index" => state.indexes.push(Index {
                    table: next()?,
                    full_name: next()?,
                    is_valid: next()? == "true",
                    parent: next(),
                }),
                "key" => state.keys.push(Key {
                    table: next()?,
                    name: next()?,
                    schema: next()?,
                    definition: next()?,
                    comment: next(),
                    has_tablespace: next()? == "true",
                    is_clustered: next()? == "true",
                    is_identity: next()? == "true",
                }),
                "constraint" => state.constraints.push(Constraint {
                    table: next()?,
                    name: next()?,
                    is_validated: next()? == "true",
                    is_foreign_key: next()? == "true",
                }),
                _ => return None,
            }
        }
        Some(state)
    }

    /// Whether an online change has begun and has not ended.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.new_type.is_some()
    }

    pub(super) fn table(&self, sql: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.sql == sql)
    }

    pub(super) fn has_column(&self, table: &str, name: &str) -> bool {
        self.new_columns.iter().any(|column| column.table == table && column.name == name)
    }

    /// Whether a new constraint is there, and validated.
    pub(super) fn constraint(&self, table: &str, name: &str) -> Option<bool> {
        let found = self.constraints.iter().find(|it| it.table == table && it.name == name);
        found.map(|constraint| constraint.is_validated)
    }
}

fn pair(row: &str) -> Option<(String, String)> {
    let [first, second]: [_; 2] = elements(row)?.try_into().ok()?;
    Some((first?, second?))
}

/// An update for a role that can set `session_replication_role`: only these triggers are fired.
pub(super) fn fires_in_replication(enabled: &str) -> bool {
    matches!(enabled, "A" | "R")
}
