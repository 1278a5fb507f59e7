//! The history of a migration tool in a database: which migrations were applied, which failed, and the checksums of
//! their files at that time.
//!
//! [`pg_enum_migrations::history`] has the shape of each tool's table and the meaning of its rows; this module reads and
//! writes them. The rows of all tools become records: a version, an outcome, and a checksum if the tool stores one. This
//! module matches the records with the migrations of a folder.

mod copy;
mod stamp;
mod table;
mod write;

use std::fs;

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Part, Tool};
pub(crate) use pg_enum_migrations::history::{Outcome, Reaction, Record};
use sqlx::PgConnection;

pub(crate) use self::stamp::{is_recordable, lock, record, stamp};
pub(crate) use self::table::{Found, Table, find};
use crate::failure::Failure;
use crate::problem::Severity;

/// The migrations of a folder, compared with the records of its tool. Numbers are indexes into the folder's migrations.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// The applied migrations, in the folder's order.
    pub(crate) applied: Vec<usize>,
    /// The migrations that the tool would run now, in that order.
    pub(crate) pending: Vec<usize>,
    /// Recorded, but not as applied.
    pub(crate) failed: Vec<(Record, Option<usize>)>,
    /// Recorded as applied, but not in the folder.
    pub(crate) missing: Vec<Record>,
    /// Applied, but the file has changed since.
    pub(crate) changed: Vec<usize>,
    /// Not applied, although a later one is.
    pub(crate) late: Vec<usize>,
}

/// Reads the records of a tool, in the order in which they were written.
pub(crate) async fn records(
    connection: &mut PgConnection,
    tool: Tool,
    table: &Table,
) -> Result<Vec<Record>, Failure> {
    let history = tool.history();
    let help = format!("check that it is {tool}'s, or give another schema with --history-schema");
    let rows = copy::rows(connection, table, history.columns()).await;
    let rows = rows.map_err(|failure| failure.with_help(&*help))?;
    history.records(rows).ok_or_else(|| {
        let message = format!("cannot read {}: its rows are not {tool}'s", table.full_name());
        Failure::new(message).with_help(help)
    })
}

impl History {
    /// The history of a database without records.
    pub(crate) fn empty(folder: &Folder) -> Self {
        Self { pending: (0..folder.migrations.len()).collect(), ..Self::default() }
    }

    /// The history that the user gives: applied up to this migration, and no further.
    pub(crate) fn up_to(folder: &Folder, last: usize) -> Self {
        Self {
            applied: (0..=last).collect(),
            pending: (last + 1..folder.migrations.len()).collect(),
            ..Self::default()
        }
    }

    /// Compares a folder with the records of its tool.
    pub(crate) fn of(folder: &Folder, records: Vec<Record>) -> Result<Self, Failure> {
        let mut history = Self::default();
        let rules = folder.tool.history();
        let spread = rules.spread(&folder.root, &folder.migrations, records);
        let records = spread.map_err(|unreadable| {
            let failure = Failure::new(unreadable.message);
            match unreadable.help {
                Some(help) => failure.with_help(help),
                None => failure,
            }
        })?;
        for record in records {
            let index = folder.migrations.iter().position(|one| rules.is(&record, one));
            match (&record.outcome, index) {
                (Outcome::Failed(_), index) => history.failed.push((record, index)),
                (Outcome::Applied, None) => history.missing.push(record),
                (Outcome::Applied, Some(index)) => {
                    if let Some(recorded) = &record.checksum
                        && !checksums(folder, index)?.contains(recorded)
                    {
                        if !is_versioned(folder, index) {
                            // It runs again.
                            continue;
                        }
                        history.changed.push(index);
                    }
                    history.applied.push(index);
                }
            }
        }
        // A migration that goes up and down several times in one file is recorded once.
        history.applied.sort_unstable();
        history.applied.dedup();
        history.changed.sort_unstable();
        history.changed.dedup();
        history.late = late(folder, &history.applied);
        let is_run = |index: &usize| {
            rules.on_late() == Reaction::GoesOn || history.late.binary_search(index).is_err()
        };
        let others =
            (0..folder.migrations.len()).filter(|it| history.applied.binary_search(it).is_err());
        history.pending = others.filter(is_run).collect();
        Ok(history)
    }

    /// The last applied migration, in the folder's order.
    pub(crate) fn last(&self) -> Option<usize> {
        self.applied.last().copied()
    }
}

/// The last of these migrations that has a place in the order.
pub(crate) fn last_in_order(folder: &Folder, applied: &[usize]) -> Option<usize> {
    applied.iter().copied().rfind(|index| is_versioned(folder, *index))
}

/// The migrations that are not among these, which are sorted, and come before the last of them.
pub(crate) fn late(folder: &Folder, applied: &[usize]) -> Vec<usize> {
    let last = last_in_order(folder, applied);
    let is_late =
        |index: &usize| is_versioned(folder, *index) && applied.binary_search(index).is_err();
    (0..last.unwrap_or_default()).filter(is_late).collect()
}

/// What becomes of a migration that comes before one that a database has applied: how severe that is, and what the tool
/// does.
pub(crate) fn on_late(tool: Tool, changes_enums: bool) -> (Severity, String) {
    match tool.history().on_late() {
        Reaction::Refuses => (
            Severity::Error,
            format!("by default, {tool} refuses to run where the later one is applied"),
        ),
        Reaction::PassesOver => {
            (Severity::Error, format!("{tool} never runs it where the later one is applied"))
        }
        Reaction::GoesOn if changes_enums => (
            Severity::Warning,
            format!(
                "{tool} runs it after the later one where that is applied, but before it in a new database, so that the \
                 order of labels may differ"
            ),
        ),
        Reaction::GoesOn => (
            Severity::Note,
            format!("{tool} runs it after the later one where that is applied; it changes no enum"),
        ),
    }
}

/// Whether the migration has a place in the order; a repeatable migration comes after all others.
fn is_versioned(folder: &Folder, index: usize) -> bool {
    let migration = folder.migrations.get(index);
    migration.is_none_or(|migration| !folder.tool.is_repeatable(migration))
}

/// The checksums that a tool accepts for a migration, first the one that it would write, of the file on the disk.
fn checksums(folder: &Folder, index: usize) -> Result<Vec<String>, Failure> {
    let Some(migration) = folder.migrations.get(index) else { return Ok(Vec::new()) };
    let Part::Sql(script) = &migration.up else { return Ok(Vec::new()) };
    let path = folder.root.join(&script.source.path);
    let bytes = fs::read(&path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    Ok(folder.tool.history().checksums(migration, &bytes))
}

/// The keys of the advisory locks that a tool may hold while it migrates, in this database with this table.
pub(crate) fn lock_keys(tool: Tool, database: &str, table: Option<&Table>) -> Vec<i64> {
    let history = tool.history();
    let (schema, name) = match table {
        Some(table) => (&*table.schema, &*table.name),
        None => ("public", history.table().unwrap_or_default()),
    };
    history.lock_keys(database, schema, name)
}
