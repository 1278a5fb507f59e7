//! A migration folder as its tool sees it: which files are migrations, in what order, which part of
//! each goes up and which goes down, and whether a transaction goes around it.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

pub use crate::files::FolderError;
use crate::files::{Rank, Reader, Seen, Sign};
use crate::ground::Finding;
pub use crate::ground::{
    HOLE, Migration, Part, Script, Source, Step, Tool, Transaction, UnknownTool,
};
use crate::tools::TABLE;
pub use crate::tools::{Around, Between, Outside, Running, UnknownAround};

/// The migrations of one folder, in the order in which their tool applies them.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The folder, as it was given.
    pub root: PathBuf,
    /// Whose rules were followed.
    pub tool: Tool,
    /// Why that tool was assumed, where nothing in the folder proves whose it is and nobody has said it.
    pub assumed: Option<String>,
    /// Whether one transaction goes around all migrations that are pending.
    pub together: bool,
    /// The migrations, first to last.
    pub migrations: Vec<Migration>,
    /// The files of SQL, in the folder itself and one level down, that the tool does not take, by path.
    pub passed_over: Vec<PathBuf>,
    /// What cannot be read ([`Kind::Unreadable`](crate::Kind)), and what is wrong with the order of the migrations
    /// ([`Kind::BrokenGraph`](crate::Kind), [`Kind::MultipleHeads`](crate::Kind)).
    pub findings: Vec<Finding>,
}

impl Folder {
    /// These migrations, as this tool runs them.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, tool: Tool, migrations: Vec<Migration>) -> Self {
        let (root, together) = (root.into(), tool.running().together);
        Self {
            root,
            tool,
            assumed: None,
            together,
            migrations,
            passed_over: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Reads a folder by the rules of the tool that it looks made for.
    ///
    /// A file that one tool alone has (a journal, a lock, a plan) proves whose the folder is; then count names of
    /// directories and files, lines that a tool reads or writes, and at last a `Cargo.toml` or a `go.mod` above the
    /// folder. Where only the last tells, or nothing, [`assumed`](Self::assumed) says so.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read, when it has nothing that looks like a migration,
    /// and when the tool cannot be told.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, FolderError> {
        let reader = Reader::open(root.as_ref())?;
        let (tool, sign) = detect(&reader)?;
        let assumed = sign.rank.is_assumed().then(|| {
            format!(
                "nothing in the folder says which tool runs it; {tool} is assumed, because {}",
                sign.seen
            )
        });
        Ok(Self { assumed, ..Self::read(reader, tool)? })
    }

    /// Reads a folder by the rules of `tool`. A folder with no migrations is an empty list.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read.
    pub fn open_as(root: impl AsRef<Path>, tool: Tool) -> Result<Self, FolderError> {
        Self::read(Reader::open(root.as_ref())?, tool)
    }

    /// Reads a folder by the rules of `tool` as if these files were there as well: paths below the folder, each with what
    /// is in it. Files of the folder that is compared with another state of it (a commit) get a place in one order with
    /// the files of that state.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read.
    ///
    /// ```
    /// use pg_enum_migrations::Folder;
    /// use pg_enum_migrations::folder::Tool;
    ///
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("2_size.sql"), "CREATE TYPE size AS ENUM ('s');")?;
    ///
    /// let added = [("1_mood.sql".into(), b"CREATE TYPE mood AS ENUM ('sad');".to_vec())];
    /// let folder = Folder::open_with(root, Tool::Sqlx, added)?;
    /// let versions: Vec<&str> = folder.migrations.iter().map(|it| &*it.version).collect();
    /// assert_eq!(versions, ["1", "2"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_with(
        root: impl AsRef<Path>,
        tool: Tool,
        added: impl IntoIterator<Item = (PathBuf, Vec<u8>)>,
    ) -> Result<Self, FolderError> {
        Self::read(Reader::open_with(root.as_ref(), added.into_iter().collect())?, tool)
    }

    /// The folder as it is where a transaction goes around something else than the tool has it do by default. A
    /// migration that asks for no transaction has none all the same.
    ///
    /// # Errors
    ///
    /// When nobody can tell the tool that.
    ///
    /// ```
    /// use pg_enum_migrations::folder::{Around, Tool, Transaction};
    /// use pg_enum_migrations::{Folder, Replay};
    ///
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
    ///
    /// let folder = Folder::open_as(root, Tool::Plain)?.with_transaction(Around::File)?;
    /// assert_eq!(folder.migrations[0].transaction, Transaction::Explicit);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_transaction(mut self, around: Around) -> Result<Self, FixedTransaction> {
        let Running { usual, choices, without, .. } = self.tool.running();
        if !choices.contains(&around) {
            return Err(FixedTransaction { tool: self.tool, around });
        }
        self.together = around == Around::All;
        for migration in self.migrations.iter_mut().filter(|it| it.transaction == usual) {
            migration.transaction = match (around, &migration.up) {
                (Around::Statement, Part::Sql(_)) => without,
                // What code sends comes in one call after the other.
                (Around::Statement, Part::Code(_)) => Transaction::PerStatement,
                (Around::File | Around::All, _) => Transaction::Explicit,
            };
        }
        Ok(self)
    }

    fn read(mut reader: Reader, tool: Tool) -> Result<Self, FolderError> {
        let migrations = tool.rules().read(&mut reader)?;
        let passed_over = reader.passed_over()?;
        // Nothing to run where there is something to read is no migration tool's ordinary folder.
        if migrations.is_empty()
            && reader.findings.is_empty()
            && let Some(first) = passed_over.first()
        {
            let message =
                format!("{tool} finds no migration in the folder: it takes {}", tool.takes());
            reader.report(first, message, "name the tool that runs the folder with --tool");
        }
        let Reader { root, findings, together, .. } = reader;
        let folder = Self::new(root, tool, migrations);
        let together = together.unwrap_or(folder.together);
        Ok(Self { together, passed_over, findings, ..folder })
    }
}

/// The tool has no such transaction, whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedTransaction {
    tool: Tool,
    around: Around,
}

impl fmt::Display for FixedTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tool, around } = self;
        let choices = tool.running().choices;
        let what = match around {
            Around::Statement => "each statement",
            Around::File => "each file",
            Around::All => "all files",
        };
        write!(f, "{tool} cannot have a transaction around {what}")?;
        match choices {
            [] => write!(f, ": it decides that itself"),
            _ => {
                f.write_str("; the choices are ")?;
                for (index, choice) in choices.iter().enumerate() {
                    write!(f, "{}{choice}", if index == 0 { "" } else { " or " })?;
                }
                Ok(())
            }
        }
    }
}

impl Error for FixedTransaction {}

/// Whose folder it is, and what says so: the surest sign, and of equally sure ones that of the first in the table.
fn detect(reader: &Reader) -> Result<(Tool, Sign), FolderError> {
    let seen = Seen::new(reader);
    let signs = TABLE.iter().filter_map(|tool| Some((*tool, tool.rules().detect(&seen)?)));
    let surest = signs.reduce(|best, next| if next.1.rank > best.1.rank { next } else { best });
    let ambiguous = |seen| FolderError::Ambiguous { root: reader.root.clone(), seen };
    match surest {
        Some((tool, sign)) => match seen.numbered.first() {
            Some(file) if sign.rank == Rank::Layout && !seen.has_mostly_directories() => {
                Err(ambiguous(format!(
                    "`{}` is {tool}'s, but `{}` beside it is not",
                    sign.seen, file.name
                )))
            }
            _ => Ok((tool, sign)),
        },
        None => match seen.sql().first() {
            Some(file) => Err(ambiguous(format!(
                "`{}` has no number that gives its place in the order",
                file.name
            ))),
            None => Err(FolderError::NoMigrations(reader.root.clone())),
        },
    }
}

#[cfg(test)]
mod tests {

    use crate::testing::{detected, folder, open};
    use std::fs;

    use super::*;

    /// The tool for a folder in a project with such a manifest.
    fn within(manifest: &str, files: &[(&str, &str)]) -> Tool {
        let project = folder(&[(manifest, ""), ("db/migrations/", "")]);
        let root = project.path().join("db/migrations");
        for (path, text) in files {
            fs::write(root.join(path), text).expect("a file");
        }
        Folder::open(root).expect("a readable folder").tool
    }

    #[test]
    fn layouts_of_one_tool() {
        assert_eq!(detected(&[("meta/_journal.json", r#"{"entries": []}"#)]), "drizzle");
        assert_eq!(detected(&[("1_a/migration.sql", ""), ("1_a/snapshot.json", "")]), "drizzle");
        assert_eq!(detected(&[("migration_lock.toml", "")]), "prisma");
        assert_eq!(detected(&[("1_a/migration.sql", "")]), "prisma");
        assert_eq!(detected(&[("1_a/up.sql", ""), ("README.md", "")]), "diesel");
        assert_eq!(detected(&[("1_a.sql", "-- +goose Up\n")]), "goose");
        assert_eq!(detected(&[("1_a.go", "")]), "goose");
        assert_eq!(detected(&[("1_a.sql", "\u{FEFF}-- c\n-- migrate:up\n")]), "dbmate");
        assert_eq!(detected(&[("1_a.sql", "-- +migrate Up\n")]), "sql-migrate");
        assert_eq!(detected(&[("a.sql", "-- Down Migration\n")]), "node-pg-migrate");
        assert_eq!(detected(&[("a.sql", "-- rambler down\n")]), "plain");
        assert_eq!(detected(&[("m1.sql", ""), ("m2.sql", "")]), "plain");
        assert_eq!(detected(&[("2023/1.sql", "")]), "plain");
        assert_eq!(detected(&[("1.sql", ""), ("schema.sql", "")]), "plain");
    }

    #[test]
    fn flyway_and_refinery() {
        assert_eq!(detected(&[("V1__a.rs", ""), ("mod.rs", ""), ("V2__b.sql", "")]), "refinery");
        assert_eq!(detected(&[("V1__a.sql", ""), ("U2__b.sql", "")]), "refinery");
        for other in [
            "R__a.sql",
            "B2__a.sql",
            "U1__a.sql",
            "V1_1__a.sql",
            "V1.1__a.sql",
            "V2__a-b.sql",
            "V2__A.java",
        ] {
            assert_eq!(
                within("Cargo.toml", &[("V1__a.sql", ""), (other, "")]),
                Tool::Flyway,
                "{other}"
            );
        }
        assert_eq!(detected(&[("migration/V1__a.sql", ""), ("views/R__b.sql", "")]), "flyway");
        assert_eq!(within("Cargo.toml", &[("V1__a.sql", "SELECT ${x};")]), Tool::Flyway);
        assert_eq!(within("Cargo.toml", &[("V1__a.sql", "")]), Tool::Refinery);
        assert_eq!(within("pom.xml", &[("V1__a.sql", "")]), Tool::Flyway);
    }

    #[test]
    fn numbered_files_by_their_surroundings() {
        let both = [("1_a.up.sql", ""), ("1_a.down.sql", "")];
        assert_eq!(within("Cargo.toml", &both), Tool::Sqlx);
        assert_eq!(within("go.mod", &both), Tool::GolangMigrate);
        assert_eq!(within("package.json", &both), Tool::GolangMigrate);
        let plain = [("20240101000000_a.sql", "")];
        assert_eq!(within("Cargo.toml", &plain), Tool::Sqlx);
        assert_eq!(within("go.mod", &plain), Tool::Plain);
        assert_eq!(detected(&[("1_a.sql", "-- Add migration script here\n")]), "sqlx");
        // What golang-migrate would not see.
        assert_eq!(detected(&[("1_a.up.sql", ""), ("2_b.sql", "")]), "sqlx");
        // What sqlx would refuse, too.
        let long = [("20150100000001000000_a.up.sql", ""), ("20150100000001000000_a.x.up.sql", "")];
        assert_eq!(detected(&long), "plain");
        assert_eq!(within("Cargo.toml", &[("2024-01-01_a.sql", "")]), Tool::Plain);
        let times = [("20240101_120000_a.sql", ""), ("20240101_120001_b.sql", "")];
        assert_eq!(within("Cargo.toml", &times), Tool::Plain);
        // A mistake is a mistake in sqlx's folder.
        let twice = [("20240101_a.sql", ""), ("20240101_b.sql", "")];
        assert_eq!(within("Cargo.toml", &twice), Tool::Sqlx);
    }

    #[test]
    fn what_cannot_be_told() {
        let nothing = "nothing in ROOT looks like a migration; if this is the right folder, name the tool \
                       with --tool NAME (sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, \
                       prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, \
                       graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain)";
        assert_eq!(detected(&[]), nothing);
        assert_eq!(detected(&[("README.md", ""), ("src/lib.rs", ""), (".gitkeep", "")]), nothing);
        let unordered = detected(&[("schema.sql", ""), ("seed.sql", "")]);
        assert!(
            unordered.starts_with(
                "cannot tell which tool reads ROOT: `schema.sql` has no number that gives its place in the order; name it with --tool NAME (sqlx, "
            ),
            "{unordered}"
        );
        let mixed = detected(&[("1_a/up.sql", ""), ("2_b.sql", "")]);
        assert!(
            mixed.contains("`1_a/up.sql` is diesel's, but `2_b.sql` beside it is not"),
            "{mixed}"
        );
    }

    #[test]
    fn markers_in_utf_16() {
        let root = folder(&[]);
        let text = "-- migrate:up\n".encode_utf16().flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text).collect();
        fs::write(root.path().join("1_a.sql"), bytes).expect("a file");
        assert_eq!(Folder::open(root.path()).expect("a readable folder").tool, Tool::Dbmate);
    }

    #[test]
    fn a_few_files_stand_for_many() {
        let mut files: Vec<(String, &str)> =
            (1..=100).map(|n| (format!("{n:03}_x.sql"), "")).collect();
        files[99].1 = "-- +goose Up\n";
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        assert_eq!(open(&files).tool, Tool::Goose);
    }
}
