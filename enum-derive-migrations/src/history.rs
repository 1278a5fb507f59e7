//! The history tables of migration tools: their shape, and the meaning of their rows.
//!
//! Nothing here connects to a database: a caller that does gets the names of table and columns, and returns the rows.

use std::fmt::Write;
use std::path::Path;

use crc::{CRC_32_ISO_HDLC, Crc};
use sha2::Digest;

use crate::ground::Migration;

/// The values of a row's columns as text; `None` for null.
pub type Row = Vec<Option<String>>;

/// A column of a row that is written, and its value.
pub type Value = (&'static str, String);

/// The record of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The version, as it is recorded.
    pub version: String,
    /// Whether it was applied.
    pub outcome: Outcome,
    /// The checksum of the file when it was applied, if the tool stores one.
    pub checksum: Option<String>,
}

/// How a migration went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has been applied.
    Applied,
    /// It has not, in the word that the tool has for it: failed, dirty, unfinished.
    Failed(&'static str),
}

impl Record {
    /// A migration that has been applied.
    #[must_use]
    pub fn applied(version: impl Into<String>, checksum: Option<String>) -> Self {
        Self { version: version.into(), outcome: Outcome::Applied, checksum }
    }
}

/// What a tool does about a disorder among its migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// It refuses to run anything.
    Refuses,
    /// It goes on.
    GoesOn,
    /// It goes on, and never runs the migration.
    PassesOver,
}

/// The table to which a row is written.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its name as SQL has it, with the schema.
    pub table: &'a str,
    /// Whether its column `version` has 64 bits.
    pub has_wide_versions: bool,
}

/// The records cannot be told apart from one another, because of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The column that most tools record versions in.
const VERSION: &str = "version";

/// A tool's table of migrations.
pub trait History: Sync {
    /// What it is called unless the configuration says otherwise. Nothing, where no such table is read.
    fn table(&self) -> Option<&'static str> {
        None
    }

    /// The schema that it has to itself, if it has one.
    fn schema(&self) -> Option<&'static str> {
        None
    }

    /// A column that tells it from another tool's table of the same name.
    fn telling_column(&self) -> Option<&'static str> {
        None
    }

    /// The columns that are read.
    fn columns(&self) -> &'static [&'static str] {
        &[VERSION]
    }

    /// What rows of these columns say, in the order in which they were written. `None` if they are not the tool's.
    fn records(&self, mut rows: Vec<Row>) -> Option<Vec<Record>> {
        rows.sort();
        let record = |row: Row| Some(Record::applied(row.into_iter().next()??, None));
        rows.into_iter().map(record).collect()
    }

    /// Whether a row is complete with its version.
    fn has_versions_alone(&self) -> bool {
        false
    }

    /// The records of single migrations, where the tool records something else: how far it is, or when.
    ///
    /// # Errors
    ///
    /// When the folder at `root` lacks what tells which migrations those are.
    fn spread(
        &self,
        _root: &Path,
        _migrations: &[Migration],
        records: Vec<Record>,
    ) -> Result<Vec<Record>, Unreadable> {
        Ok(records)
    }

    /// Whether a record is about this migration.
    fn is(&self, record: &Record, migration: &Migration) -> bool {
        record.version == migration.version
    }

    /// The checksums that are accepted for a migration whose file has these bytes, first the one that is written.
    fn checksums(&self, _migration: &Migration, _bytes: &[u8]) -> Vec<String> {
        Vec::new()
    }

    /// What the tool does about a migration that has been applied, and whose file has changed since.
    fn on_changed(&self) -> Reaction {
        Reaction::GoesOn
    }

    /// What it does about one that has been applied and is not in the folder.
    fn on_missing(&self) -> Reaction {
        Reaction::GoesOn
    }

    /// What it does about one that has not been applied, though a later one has.
    fn on_late(&self) -> Reaction {
        Reaction::GoesOn
    }

    /// The keys of the advisory locks that it may hold while it migrates.
    fn lock_keys(&self, _database: &str, _schema: &str, _table: &str) -> Vec<i64> {
        Vec::new()
    }

    /// The statement that records a migration as applied, and its parameters, all of them text. `None` where that
    /// is not known. `checksums` are those of [`checksums`](Self::checksums).
    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let insert = || {
            let sql = format!("INSERT INTO {} ({VERSION}) VALUES ($1)", target.table);
            (sql, vec![(VERSION, migration.version.clone())])
        };
        self.has_versions_alone().then(insert)
    }

    /// How the tool is told that a failed migration is mended.
    fn repair(&self) -> &'static str {
        "check the state of the database, undo the migration, and then delete its row in the \
         history table"
    }
}

/// Whether both are one number, however they are written.
pub(crate) fn is_same_number(record: &Record, migration: &Migration) -> bool {
    let number = |text: &str| text.parse::<i64>().ok();
    number(&record.version).is_some_and(|version| number(&migration.version) == Some(version))
}

/// The rows by a column that is a number. A table has no order.
pub(crate) fn sorted(mut rows: Vec<Row>, column: usize) -> Vec<Row> {
    let number = |row: &Row| -> Option<i128> { row.get(column)?.as_ref()?.parse().ok() };
    rows.sort_by_key(number);
    rows
}

/// A boolean, as the server writes it.
pub(crate) fn flag(text: &str) -> bool {
    text == "t"
}

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// The CRC-32 that most libraries mean by that name.
pub(crate) fn crc32<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u32 {
    let mut digest = CRC.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}

/// A digest in hexadecimal digits.
pub(crate) fn hex<D: Digest>(bytes: &[u8]) -> String {
    D::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
