//! What a migration tool has recorded in its own table of a database: which migrations have been applied,
//! which have failed, and what their files were then.
//!
//! A tool is a file, with the source of each of its rules; two of them are one. What it reads is the same for all: records, each
//! with a version, how it went, and a checksum if the tool keeps one. Which of a folder's migrations those
//! are, and what follows from it, is told here.

mod checksum;
mod copy;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod prisma;
mod refinery;
mod sqlx;
mod stamp;
mod table;
mod versions;
mod write;

use std::fs;

use ::sqlx::PgConnection;
use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Migration, Part, Tool};

use self::copy::{Row, flag, sorted};
pub(crate) use self::stamp::{is_recordable, lock, record, stamp};
pub(crate) use self::table::{Found, Table, find};
use crate::failure::Failure;

/// What a tool has recorded of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// As it is recorded.
    pub(crate) version: String,
    pub(crate) outcome: Outcome,
    /// Of the file as it was, if the tool keeps that.
    pub(crate) checksum: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Applied,
    /// What the tool calls it: failed, dirty, unfinished.
    Failed(&'static str),
}

impl Record {
    fn applied(version: impl Into<String>, checksum: Option<String>) -> Self {
        Self { version: version.into(), outcome: Outcome::Applied, checksum }
    }
}

/// A folder's migrations beside the records of its tool. Numbers are indexes into the folder's migrations.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// In the folder's order.
    pub(crate) applied: Vec<usize>,
    /// What the tool would run now, in that order.
    pub(crate) pending: Vec<usize>,
    /// Recorded, and not as applied.
    pub(crate) failed: Vec<(Record, Option<usize>)>,
    /// Recorded as applied, and not in the folder.
    pub(crate) missing: Vec<Record>,
    /// Whose file is not what it was.
    pub(crate) changed: Vec<usize>,
    /// Not applied, though a later one is.
    pub(crate) late: Vec<usize>,
}

/// What a tool does about something that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// It refuses to run anything.
    Refuses,
    /// It goes on.
    GoesOn,
    /// It goes on, and never runs the migration.
    PassesOver,
}

/// What a tool's rows say; nothing, if they are not its rows.
type Read = fn(Vec<Row>) -> Option<Vec<Record>>;

/// Reads the records of a tool, in the order in which they were made.
pub(crate) async fn records(
    connection: &mut PgConnection,
    tool: Tool,
    table: &Table,
) -> Result<Vec<Record>, Failure> {
    let (columns, of): (&[&str], Read) = match tool {
        Tool::Sqlx => (&sqlx::COLUMNS, sqlx::records),
        Tool::Diesel | Tool::Dbmate => (&versions::COLUMNS, versions::records),
        Tool::Refinery => (&refinery::COLUMNS, refinery::records),
        Tool::Goose => (&goose::COLUMNS, goose::records),
        Tool::GolangMigrate => (&golang_migrate::COLUMNS, golang_migrate::records),
        Tool::Flyway => (&flyway::COLUMNS, flyway::records),
        Tool::Prisma => (&prisma::COLUMNS, prisma::records),
        Tool::Drizzle => (&drizzle::COLUMNS, drizzle::records),
        _ => return Ok(Vec::new()),
    };
    let help = format!("see that it is {tool}'s; --history-schema names another schema");
    let rows = copy::rows(connection, table, columns).await;
    let rows = rows.map_err(|failure| failure.with_help(&*help))?;
    of(rows).ok_or_else(|| {
        let message = format!("cannot read {}: its rows are not {tool}'s", table.full_name());
        Failure::new(message).with_help(help)
    })
}

impl History {
    /// Where nothing has been recorded.
    pub(crate) fn empty(folder: &Folder) -> Self {
        Self { pending: (0..folder.migrations.len()).collect(), ..Self::default() }
    }

    /// As somebody says who knows: applied up to this one, and no further.
    pub(crate) fn up_to(folder: &Folder, last: usize) -> Self {
        Self {
            applied: (0..=last).collect(),
            pending: (last + 1..folder.migrations.len()).collect(),
            ..Self::default()
        }
    }

    /// Compares a folder with what its tool has recorded.
    pub(crate) fn of(folder: &Folder, records: Vec<Record>) -> Result<Self, Failure> {
        let mut history = Self::default();
        // golang-migrate and drizzle record how far they are, and not each migration.
        let records = match folder.tool {
            Tool::GolangMigrate => golang_migrate::spread(folder, records),
            Tool::Drizzle => drizzle::spread(folder, records)?,
            Tool::Flyway => flyway::spread(folder, records),
            _ => records,
        };
        for record in records {
            let index = folder.migrations.iter().position(|one| is(folder.tool, &record, one));
            match (&record.outcome, index) {
                (Outcome::Failed(_), index) => history.failed.push((record, index)),
                (Outcome::Applied, None) => history.missing.push(record),
                (Outcome::Applied, Some(index)) => {
                    if let Some(recorded) = &record.checksum
                        && !checksums(folder, index)?.contains(recorded)
                    {
                        if folder.tool == Tool::Flyway && flyway::is_repeatable(&record.version) {
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
        let last = history.applied.iter().copied().rfind(|index| is_versioned(folder, *index));
        for index in 0..folder.migrations.len() {
            if history.applied.binary_search(&index).is_ok() {
                continue;
            }
            if last.is_some_and(|last| index < last) && is_versioned(folder, index) {
                history.late.push(index);
                if late(folder.tool) != Reaction::GoesOn {
                    continue;
                }
            }
            history.pending.push(index);
        }
        Ok(history)
    }

    /// The last migration that has been applied, in the folder's order.
    pub(crate) fn last(&self) -> Option<usize> {
        self.applied.last().copied()
    }
}

/// Whether it has its place among the others; a repeatable one of Flyway's comes after all.
fn is_versioned(folder: &Folder, index: usize) -> bool {
    folder.tool != Tool::Flyway
        || folder.migrations.get(index).is_some_and(|it| !flyway::is_repeatable(&it.version))
}

/// Whether a record is about this migration.
fn is(tool: Tool, record: &Record, migration: &Migration) -> bool {
    let same_number = || {
        let number = |text: &str| text.parse::<i64>().ok();
        number(&record.version).is_some_and(|version| number(&migration.version) == Some(version))
    };
    match tool {
        // Their versions are numbers, whatever they are written like.
        Tool::Sqlx | Tool::Refinery | Tool::Goose | Tool::GolangMigrate => same_number(),
        Tool::Flyway => flyway::is(record, migration),
        _ => record.version == migration.version,
    }
}

/// What a tool does about migrations that have been applied, and whose files have changed since.
pub(crate) fn changed(tool: Tool) -> Reaction {
    match tool {
        // `VersionMismatch`, `DivergentVersion`, and `validateOnMigrate`.
        Tool::Sqlx | Tool::Refinery | Tool::Flyway => Reaction::Refuses,
        // `migrate deploy` says nothing, `migrate dev` wants to reset the database.
        _ => Reaction::GoesOn,
    }
}

/// What a tool does about migrations that have been applied, and that the folder lacks.
pub(crate) fn missing(tool: Tool) -> Reaction {
    match tool {
        // `VersionMissing`; `MissingVersion`; "Detected applied migration not resolved locally"; it looks for
        // the file of the version that it is at.
        Tool::Sqlx | Tool::Refinery | Tool::Flyway | Tool::GolangMigrate => Reaction::Refuses,
        _ => Reaction::GoesOn,
    }
}

/// What a tool does about migrations that have not been applied, though later ones have.
pub(crate) fn late(tool: Tool) -> Reaction {
    match tool {
        // `MissingVersion`; "missing (out-of-order) migrations"; "Detected resolved migration not applied".
        Tool::Refinery | Tool::Goose | Tool::Flyway => Reaction::Refuses,
        // It compares with the time of the last one.
        Tool::Drizzle => Reaction::PassesOver,
        _ => Reaction::GoesOn,
    }
}

/// The checksums that a tool accepts for a migration, first the one that it would write. They are of the
/// file as it is on the disk.
fn checksums(folder: &Folder, index: usize) -> Result<Vec<String>, Failure> {
    let Some(migration) = folder.migrations.get(index) else { return Ok(Vec::new()) };
    let Part::Sql(script) = &migration.up else { return Ok(Vec::new()) };
    let path = folder.root.join(&script.source.path);
    let bytes = fs::read(&path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    Ok(match folder.tool {
        Tool::Sqlx => sqlx::checksums(&bytes),
        Tool::Refinery => refinery::checksums(migration, &bytes),
        Tool::Flyway => flyway::checksums(&bytes),
        Tool::Prisma => prisma::checksums(&bytes),
        Tool::Drizzle => drizzle::checksums(&bytes),
        _ => Vec::new(),
    })
}

/// The keys of the advisory locks that a tool may hold while it migrates, in this database with this table.
pub(crate) fn lock_keys(tool: Tool, database: &str, table: Option<&Table>) -> Vec<i64> {
    let (schema, name) = match table {
        Some(table) => (&*table.schema, &*table.name),
        None => ("public", table::name(tool)),
    };
    match tool {
        Tool::Sqlx => vec![sqlx::lock_key(database)],
        Tool::GolangMigrate => golang_migrate::lock_keys(database, schema, name),
        Tool::Goose => vec![goose::LOCK],
        Tool::Flyway => vec![flyway::lock_key(schema, name)],
        Tool::Prisma => vec![prisma::LOCK],
        _ => Vec::new(),
    }
}
