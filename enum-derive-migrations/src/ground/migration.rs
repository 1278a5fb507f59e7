//! A migration and its parts, whatever tool it is of.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One migration.
#[derive(Debug, Clone, Hash)]
pub struct Migration {
    /// The version as the tool writes it: `20240101120000`, `1.10`, `0003`; a directory's name for
    /// Prisma, the tag for drizzle. For a repeatable migration of Flyway, `R__description`.
    ///
    /// More than one migration has it where a file goes up and down several times (dbmate, sql-migrate),
    /// and where there is a finding that says so.
    pub version: String,
    /// The name of the file (or of the migration's own directory), below the root.
    pub name: String,
    /// What it does on the way up.
    pub up: Part,
    /// What undoes it, where the format has such a thing and the migration has one.
    pub down: Option<Part>,
    /// How the tool sends it.
    pub transaction: Transaction,
}

impl Migration {
    /// The file that goes up, below the folder's root.
    #[must_use]
    pub fn path(&self) -> &Path {
        match &self.up {
            Part::Sql(script) => &script.source.path,
            Part::Code(path) => path,
        }
    }
}

/// One direction of a migration.
#[derive(Debug, Clone, Hash)]
pub enum Part {
    /// SQL text.
    Sql(Script),
    /// Something that is no SQL: a migration written in Go, Java, Rust… The path is below the root.
    Code(PathBuf),
}

/// A stretch of SQL in a file.
#[derive(Debug, Clone, Hash)]
pub struct Script {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes of [`Source::text`] that belong to this direction.
    pub range: Range<usize>,
}

/// A file's text.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The path of the file, below the folder's root.
    pub path: PathBuf,
    /// Its text, without a byte-order mark.
    pub text: String,
}

impl Script {
    /// The text of this direction.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text.get(self.range.clone()).unwrap_or_default()
    }
}

impl Source {
    /// The line of a byte of [`text`](Self::text), counted from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.split(|byte| *byte == b'\n').count()
    }
}

/// How a tool sends a migration to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transaction {
    /// Inside a transaction of the tool's. (drizzle has one for all pending migrations together.)
    Explicit,
    /// As one string, which the server takes as one transaction unless it says otherwise
    /// (`PostgreSQL` manual, 54.2.2.1, multiple statements in a simple query).
    Implicit,
    /// One statement at a time.
    PerStatement,
}
