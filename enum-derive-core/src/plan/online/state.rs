//! What an online change needs to know besides the dependents, and what has been done already.

use alloc::collections::BTreeMap;
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
    /// The tables, by their names as SQL.
    pub(super) tables: BTreeMap<String, Table>,
}

/// A table that uses the type or the new one. The names of what it has are SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
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
    /// Its columns of the type, by name.
    pub(super) columns: BTreeMap<String, Column>,
    /// Its columns of the new type, by name.
    pub(super) new_columns: BTreeMap<String, NewColumn>,
    /// The triggers that online changes have made, by name.
    pub(super) triggers: BTreeMap<String, Trigger>,
    /// The indexes that an online change has made, or that the server has made for a partition; by name, with their schema.
    pub(super) indexes: BTreeMap<String, Index>,
    /// The indexes of its primary key and its unique constraints, by name.
    pub(super) keys: BTreeMap<String, Key>,
    /// The new constraints, by name.
    pub(super) constraints: BTreeMap<String, Constraint>,
}

/// What a column of a table has besides what [`Dependents`](crate::dependents::Dependents) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
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
    pub(super) is_inherited: bool,
    /// Whether its table defines it, and not only a table that it inherits from.
    pub(super) is_local: bool,
}

/// A new index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) is_valid: bool,
    /// The index of the partitioned table that it is a part of, with its schema, as SQL.
    pub(super) parent: Option<String>,
}

/// A constraint that an online change has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    pub(super) is_validated: bool,
    /// Whether it is a foreign key, and no part of another one.
    pub(super) is_foreign_key: bool,
}

/// The index of a primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
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
                _ => state.tables.entry(next()?).or_default().add(&kind, next)?,
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
        self.tables.get(sql)
    }

    /// Whether a new constraint is there, and validated.
    pub(super) fn constraint(&self, table: &str, name: &str) -> Option<bool> {
        Some(self.table(table)?.constraints.get(name)?.is_validated)
    }
}

impl Table {
    /// Adds what a row of this kind says; `next` are its values after the name of the table. `None` if it is another row.
    fn add(&mut self, kind: &str, mut next: impl FnMut() -> Option<String>) -> Option<()> {
        match kind {
            "table" => {
                self.schema = next()?;
                self.name = next()?;
                self.is_partitioned = next()? == "true";
                self.is_partition = next()? == "true";
                self.parents = texts(next())?;
                self.refused = next()?;
                self.fired = texts(next())?.iter().map(|row| pair(row)).collect::<Option<_>>()?;
                self.rules = texts(next())?.iter().map(|row| pair(row)).collect::<Option<_>>()?;
                self.changing = texts(next())?;
            }
            "column" => {
                let name = next()?;
                let column = Column {
                    comment: next(),
                    target: next(),
                    options: next(),
                    grants: Grant::parse_all(next())?,
                    is_local: next()? == "true",
                };
                self.columns.insert(name, column);
            }
            "new column" => {
                let name = next()?;
                let column =
                    NewColumn { is_inherited: next()? == "true", is_local: next()? == "true" };
                self.new_columns.insert(name, column);
            }
            "trigger" => {
                let name = next()?;
                self.triggers.insert(name, Trigger { body: next()?, function: next()? });
            }
            "index" => {
                let full_name = next()?;
                let index = Index { is_valid: next()? == "true", parent: next() };
                self.indexes.insert(full_name, index);
            }
            "key" => {
                let name = next()?;
                let key = Key {
                    schema: next()?,
                    definition: next()?,
                    comment: next(),
                    has_tablespace: next()? == "true",
                    is_clustered: next()? == "true",
                    is_identity: next()? == "true",
                };
                self.keys.insert(name, key);
            }
            "constraint" => {
                let name = next()?;
                let constraint = Constraint {
                    is_validated: next()? == "true",
                    is_foreign_key: next()? == "true",
                };
                self.constraints.insert(name, constraint);
            }
            _ => return None,
        }
        Some(())
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
