//! A migration folder as its tool sees it: which files are migrations, in what order, which part of
//! each goes up and which goes down, and whether a transaction goes around it.

mod detect;
mod error;
mod order;
mod read;
mod tool;

mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod plain;
mod prisma;
mod refinery;
mod sqlx;

#[cfg(test)]
mod testing;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::error::FolderError;
use self::read::Reader;
pub use self::tool::UnknownTool;
use crate::finding::Finding;
use crate::write::{Draft, Prepared, Slate, WriteError};

/// The migrations of one folder, in the order in which their tool applies them.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The folder, as it was given.
    pub root: PathBuf,
    /// Whose rules were followed.
    pub tool: Tool,
    /// The migrations, first to last.
    pub migrations: Vec<Migration>,
    /// What cannot be read as what it should be (always [`Kind::Unreadable`](crate::Kind)).
    pub findings: Vec<Finding>,
}

impl Folder {
    /// Reads a folder by the rules of the tool that it looks made for.
    ///
    /// What tells one tool from another is in `detect.rs`. Where two tools would apply the same text
    /// in the same order, it is the folder's surroundings (a `Cargo.toml` or a `go.mod` above it) that
    /// decide, and little depends on it.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read, when it has nothing that looks like a migration,
    /// and when the tool cannot be told.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, FolderError> {
        let reader = Reader::open(root.as_ref())?;
        let tool = detect::tool(&reader)?;
        Self::read(reader, tool)
    }

    /// Reads a folder by the rules of `tool`. A folder with no migrations is an empty list.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read.
    pub fn open_as(root: impl AsRef<Path>, tool: Tool) -> Result<Self, FolderError> {
        Self::read(Reader::open(root.as_ref())?, tool)
    }

    fn read(mut reader: Reader, tool: Tool) -> Result<Self, FolderError> {
        let migrations = match tool {
            Tool::Sqlx => sqlx::read(&mut reader),
            Tool::Diesel => diesel::read(&mut reader),
            Tool::Refinery => refinery::read(&mut reader),
            Tool::Dbmate => dbmate::read(&mut reader),
            Tool::Goose => goose::read(&mut reader),
            Tool::GolangMigrate => golang_migrate::read(&mut reader),
            Tool::Flyway => flyway::read(&mut reader),
            Tool::Prisma => prisma::read(&mut reader),
            Tool::Drizzle => drizzle::read(&mut reader),
            Tool::Plain => plain::read(&mut reader),
        }?;
        let Reader { root, findings, .. } = reader;
        Ok(Self { root, tool, migrations, findings })
    }
}

/// The files of one more migration, as the folder's tool has them.
pub(crate) fn write(slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
    match slate.folder.tool {
        Tool::Sqlx => sqlx::write(slate, draft),
        Tool::Diesel => diesel::write(slate, draft),
        Tool::Refinery => refinery::write(slate, draft),
        Tool::Dbmate => dbmate::write(slate, draft),
        Tool::Goose => goose::write(slate, draft),
        Tool::GolangMigrate => golang_migrate::write(slate, draft),
        Tool::Flyway => flyway::write(slate, draft),
        Tool::Prisma => prisma::write(slate, draft),
        Tool::Drizzle => drizzle::write(slate, draft),
        Tool::Plain => plain::write(slate, draft),
    }
}

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

/// A migration tool, or rather its way to lay out a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tool {
    /// sqlx: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`.
    Sqlx,
    /// Diesel: `<version>_<name>/up.sql` and `down.sql`.
    Diesel,
    /// refinery: `V<version>__<name>.sql` or `U…`.
    Refinery,
    /// dbmate: `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate,
    /// goose: `<version>_<name>.sql` with `-- +goose Up` and `-- +goose Down`.
    Goose,
    /// golang-migrate: `<version>_<title>.up.sql` and `.down.sql`.
    GolangMigrate,
    /// Flyway: `V<version>__<description>.sql`, `R__<description>.sql`, `U…`, `B…`.
    Flyway,
    /// Prisma: `<name>/migration.sql`.
    Prisma,
    /// drizzle: `<tag>.sql`, in the order of `meta/_journal.json`.
    Drizzle,
    /// Numbered or timestamped files of no particular tool.
    Plain,
}
