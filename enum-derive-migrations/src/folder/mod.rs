//! A migration folder as its tool sees it: which files are migrations, in what order, which part of
//! each goes up and which goes down, and whether a transaction goes around it.

mod detect;
mod error;
mod order;
mod read;

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

use std::path::{Path, PathBuf};

pub use self::error::FolderError;
use self::read::Reader;
use crate::ground::Finding;
pub use crate::ground::{Migration, Part, Script, Source, Step, Tool, Transaction, UnknownTool};
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
