//! The plan that replaces a type while the application reads and writes its columns.
//!
//! Each table gets new columns, which a trigger fills in rows that are written, and updates in batches fill in all
//! others. Indexes and constraints are built beside the old ones, without long locks; those of a partitioned table are
//! made from those of its partitions. A short transaction then replaces everything old by what is new. The end state is
//! that of [`plan_swap`], except that the columns are the last of their table.
//!
//! The plan contains what is left to do: [`State`] says what has been done. So an interrupted change is continued by
//! planning again.

mod abort;
mod columns;
mod constraints;
mod indexes;
mod obstacles;
mod phases;
mod state;
mod switch;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

pub use self::abort::abort;
use self::columns::{Target, tables};
use self::constraints::Source;
pub use self::state::{State, query};
use super::swap::Superfluous;
use super::{Dropped, Step, TypeName, Unplannable, plan_swap};
use crate::dependent::{Dependents, Held, Kind};
use crate::sql::online::{self, names};
use crate::sql::{Name, Query};
use crate::{Definition, Literal};

/// How a change is carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Rows are updated by a role that can set `session_replication_role`, so that they fire no ordinary triggers.
    pub in_replication: bool,
    /// Updates may fire triggers of the application.
    pub fire_triggers: bool,
}

/// What is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Online {
    /// The type.
    pub name: TypeName,
    /// The labels of the type until the switch.
    pub labels: Vec<String>,
    /// The tables whose columns are replaced, as SQL; without those that inherit the columns, which are locked with them.
    pub tables: Vec<String>,
    /// The phases, in order. The last but those that collect statistics is the switch.
    pub phases: Vec<Phase>,
    /// What is dropped and created again in the switch, as the server describes it.
    pub restored: Vec<String>,
    /// The checks that are dropped in the switch.
    pub drops: Vec<Dropped>,
    /// The materialized views that are computed again in the switch, while the tables are locked.
    pub computed: Vec<String>,
}

/// A part of the change. An interrupted one can run again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it does, in one line.
    pub title: String,
    /// What runs.
    pub work: Work,
}

/// What a phase runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Work {
    /// Statements for one short transaction.
    Transaction(String),
    /// Statements, each of which is a transaction of its own and may take long, but needs no lock that readers or writers
    /// wait for.
    Alone {
        /// The statements, in order.
        statements: Vec<String>,
        /// Removes what a failure leaves.
        undo: Vec<String>,
    },
    /// Updates in batches.
    Fill(Fill),
    /// A statement that collects statistics, which can be left out.
    Analyze(String),
    /// Statements for the short transaction of the switch, after the lock of its tables.
    Switch(String),
}

/// The new columns of a table, which are to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// The table, as SQL.
    pub table: String,
    columns: Vec<String>,
    unfilled: String,
}

impl Fill {
    /// A query for the number of pages of the table, and how many rows a page has; one text, with a blank between.
    #[must_use]
    pub fn pages(&self) -> Query {
        Query::new(online::pages(&self.table))
    }

    /// The update of the rows in these pages. `ranges` is whether the server is of version 14 or later.
    #[must_use]
    pub fn batch(&self, pages: (u64, u64), ranges: bool) -> String {
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        online::fill(&self.table, &columns, &self.unfilled, pages, ranges)
    }
}

impl Online {
    /// The start of a transaction for statements of the plan. It waits for each lock at most this number of milliseconds;
    /// 0 is no limit.
    #[must_use]
    pub fn begin(&self, lock_timeout: u64) -> impl fmt::Display {
        online::begin(self.name.sql(), lock_timeout)
    }

    /// The statement, if any, that keeps other changes away from the tables before the plan is compared for the last time;
    /// readers and writers go on.
    #[must_use]
    pub fn lock(&self) -> Option<String> {
        let tables: Vec<&str> = self.tables.iter().map(String::as_str).collect();
        (!tables.is_empty()).then(|| online::lock_tables(&tables, "SHARE UPDATE EXCLUSIVE"))
    }

    /// The statement that waits for sessions that change the labels of the type, and keeps others from it. The labels must be
    /// compared with [`labels`](Self::labels) after it: those that another session has just added would be lost.
    #[must_use]
    pub fn lock_labels(&self) -> String {
        format!("{}\n", online::lock_labels(self.name.sql()))
    }

    /// The statements of the switch, if it is all that is left but statistics.
    #[must_use]
    pub fn switch(&self) -> Option<&str> {
        let left = |phase: &&Phase| !matches!(phase.work, Work::Analyze(_));
        match &self.phases.iter().find(left)?.work {
            Work::Switch(sql) => Some(sql),
            _ => None,
        }
    }
}

/// A query that takes the lock of a run, and returns whether it is free: `true` or `false`. It opens a transaction, which
/// has to stay open until the run ends.
#[must_use]
pub fn run_lock(schema: &str, name: &str) -> String {
    online::run_lock(Name { schema: Some(schema), name }).to_string()
}

/// A query for the labels of a type, in their order: a row for each, none if there is no such type.
///
/// ```
/// use pg_enum_core::plan::online::labels_query;
///
/// assert!(labels_query("app", "mood").select().contains("t.typname = 'mood'"));
/// ```
#[must_use]
pub fn labels_query(schema: &str, name: &str) -> Query {
    Query::new(online::labels(Name { schema: Some(schema), name }))
}

/// A query for the transactions of other sessions that have a snapshot: a text for each, which stays the same as long as the
/// transaction has it. It begins with the number of the process.
///
/// Such a transaction sees the rows as they were before they were filled. The new column is `NULL` in them, so it must not be
/// the one that the transaction reads. So the switch waits for the transactions that are there when everything is filled.
///
/// ```
/// assert!(pg_enum_core::plan::online::snapshots().select().contains("backend_xmin"));
/// ```
#[must_use]
pub fn snapshots() -> Query {
    Query::new(online::SNAPSHOTS)
}

/// Plans what is left of the change from a type in a database to `definition`; `None` if `ALTER TYPE` can make it, or if
/// there is nothing to do.
///
/// `held` is as for [`plan_swap`].
///
/// # Errors
///
/// The errors of [`plan_swap`], everything that cannot be replaced online, and what another online change has left.
pub fn plan_online(
    dependents: &Dependents,
    state: &State,
    definition: Definition<'_>,
    held: &[Held],
    options: Options,
) -> Result<Option<Online>, Unplannable> {
    let mut dependents = dependents.clone();
    // The constraints of this change use the old columns too.
    dependents.objects.retain(|object| {
        !matches!(object.kind, Kind::Constraint { .. }) || !names::is_new(&object.name)
    });
    let plan = plan_swap(&dependents, definition, held)?;
    let replacement = plan.steps.into_iter().find_map(|step| match step {
        Step::ReplaceType(replacement) => Some(replacement),
        _ => None,
    });
    let Some(replacement) = replacement else { return Ok(None) };
    let target = Target::new(&dependents, definition);
    let tables = tables(&target, &dependents, state);
    let type_name = || replacement.name.to_string();
    let superfluous = Superfluous::new(&dependents, definition, &target.fates);
    let source = Source {
        target: &target,
        dependents: &dependents,
        tables: &tables,
        superfluous: &superfluous,
    };
    let obstacles = obstacles::obstacles(source, state, held, options);
    if !obstacles.is_empty() {
        return Err(Unplannable { type_name: type_name(), obstacles });
    }
    let restored = switch::restored(&dependents)
        .map_err(|obstacle| Unplannable { type_name: type_name(), obstacles: [obstacle].into() })?;
    Ok(Some(phases::online(source, state, &replacement, &restored)))
}

/// `COMMENT ON …`, without its end.
fn comment(what: &str, comment: &str) -> String {
    format!("COMMENT ON {what} IS {}", Literal(comment))
}
