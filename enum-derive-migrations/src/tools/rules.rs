//! What a tool is to the rest: how its folder is told, read and written, how it runs what it reads, and the table in
//! which it records that.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::files::{FolderError, Reader, Seen, Sign};
use crate::ground::{Migration, Transaction};

/// How a folder is told to be the tool's, and read as the tool reads it.
pub(crate) trait Rules: Sync {
    /// What in the folder speaks for this tool.
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign>;

    /// What files the tool takes, for messages about those that it does not.
    fn takes(&self) -> &'static str;

    /// The migrations, in the tool's order. What the tool would refuse is reported to the reader.
    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError>;

    /// How the tool runs them.
    fn running(&self) -> Running;

    /// What to do where migrations fail in one transaction that pass in one for each, of a tool that runs all that are
    /// pending in one.
    fn apart(&self) -> &'static str {
        "deploy the one that adds the label by itself, and say so with `transaction = \"file\"`"
    }

    /// Whether a migration has no place in the order of the others, and comes after them all whenever it differs.
    fn is_repeatable(&self, _migration: &Migration) -> bool {
        false
    }

    /// Whether it is not known if the tool runs a migration in a transaction, which has this text and is no SQL.
    fn is_transaction_unclear(&self, _text: &str) -> bool {
        false
    }
}

/// How a tool runs the migrations of a folder, besides [`Migration::transaction`].
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// How a migration is sent that asks for nothing else.
    pub usual: Transaction,
    /// Whether one transaction goes around all migrations that are pending.
    pub together: bool,
    /// What becomes of the session between two migrations.
    pub between: Between,
    /// Whether `${name}` in a text, wherever it stands, is replaced by a value that the configuration has.
    pub placeholders: bool,
    /// Whether the tool itself creates the schemas that its configuration names.
    pub makes_schemas: bool,
    /// What is done with a statement that runs outside of a transaction only.
    pub outside: Outside,
    /// Whether the statements of a migration are sent apart, and nothing is waited for between them, so that they are one
    /// transaction, but for a first one that runs in none.
    pub pipelines: bool,
    /// Whether a file is sent as one string inside of its transaction, so that what comes after a `COMMIT` in it is a
    /// transaction as well.
    pub sends_strings: bool,
    /// What a transaction may go around instead, if whoever runs the tool can say that.
    pub choices: &'static [Around],
    /// How a file of SQL is sent where [`Around::Statement`] is chosen.
    pub without: Transaction,
}

/// What one transaction goes around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Around {
    /// Each statement.
    Statement,
    /// Each file.
    File,
    /// All migrations that are pending.
    All,
}

impl Around {
    /// Every one of them.
    pub const ALL: &[Self] = &[Self::Statement, Self::File, Self::All];

    /// Its name, as its [`FromStr`] takes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::File => "file",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Around {
    type Err = UnknownAround;

    fn from_str(name: &str) -> Result<Self, UnknownAround> {
        let found = Self::ALL.iter().find(|around| around.as_str() == name);
        found.copied().ok_or_else(|| UnknownAround(name.to_owned()))
    }
}

/// A name that is no [`Around`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAround(String);

impl fmt::Display for UnknownAround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a transaction goes around a `statement`, a `file` or `all` files, not `{}`",
            self.0
        )
    }
}

impl Error for UnknownAround {}

/// What becomes of a session between two migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// It goes on, with what a migration has set.
    Kept,
    /// It goes on, with the role and the `search_path` that it began with.
    Restored,
    /// It goes on, and all settings are what they were at first (`RESET ALL`, which keeps the role).
    Reset,
    /// psql runs each file in a session of its own, and knows commands that the server does not.
    Psql,
}

/// What is done with a statement that runs outside of a transaction only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// The tool looks for such statements, and runs a migration that has one without a transaction.
    Found,
    /// The author says so, in this way.
    Asked(&'static str),
    /// The tool has no migrations without a transaction.
    Never,
}

impl Running {
    /// Each migration for itself, in one session, in which nothing else happens.
    pub(crate) const fn each(usual: Transaction, outside: Outside) -> Self {
        Self {
            usual,
            together: false,
            between: Between::Kept,
            placeholders: false,
            makes_schemas: false,
            outside,
            pipelines: false,
            sends_strings: false,
            choices: &[],
            without: Transaction::PerStatement,
        }
    }
}
