//! sqlx: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`.
//!
//! The rules are those of `resolve_blocking_with_config` (sqlx 0.9, `sqlx-core/src/migrate/source.rs`):
//! files of the folder itself, whose name has an underscore and ends in `.sql`; what precedes the first
//! underscore must be an `i64`, or the whole folder is refused; the order is that of the number. A file
//! that begins with `-- no-transaction` is sent as one string without a transaction around it
//! (`sqlx-postgres/src/migrate.rs`, `apply`). Two files of one version are not refused, but the second
//! violates the primary key of `_sqlx_migrations`.
//!
//! The history's table is that of `ensure_migrations_table` (sqlx 0.9, `sqlx-postgres/src/migrate.rs`). A row is
//! written in the migration's own transaction with `success` true; one where it is false is of a migration
//! without a transaction, by earlier versions, and `Migrator::run` refuses to go on (`MigrateError::Dirty`).
//! The checksum is the SHA-384 of the file (`sqlx-core/src/migrate/migration.rs`, `checksum`); whoever has
//! configured characters to be ignored has others. The lock's key is `generate_lock_id`.

#[cfg(feature = "history")]
use sha2::Sha384;
use std::collections::HashSet;

use super::plain::is_rust_among;
use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, in_files, number::First};
use crate::files::FolderError;
use crate::files::{Body, Entry, Found, Manifest, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{
    History, Outcome, Reaction, Record, Row, Target, Value, crc32, flag, hex, is_same_number,
    sorted,
};

/// The tool.
pub(super) struct Sqlx;

impl Rules for Sqlx {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let both = seen.numbered.iter().any(|entry| is_up_or_down(entry));
        // It would pass over a migration that is Rust.
        let has_rust = || seen.files.iter().any(|entry| is_rust_among(entry, &seen.numbered));
        if seen.numbered.is_empty() || has_rust() {
            return None;
        }
        let written =
            seen.heads().iter().any(|text| WRITTEN.iter().any(|line| text.starts_with(line)));
        let fits = both || fits(&seen.numbered);
        if written && fits {
            return Some(Sign::new(Rank::Marks, "a line that sqlx writes or reads"));
        }
        match seen.manifest() {
            Some(Manifest::Cargo) if fits => {
                Some(Sign::new(Rank::Surroundings, "the nearest manifest above it is a Cargo.toml"))
            }
            // golang-migrate passes over the names that are not its own, and sqlx refuses a version that is no
            // `i64`.
            _ if both && seen.numbered.iter().all(|entry| has_version(entry)) => Some(Sign::new(
                Rank::Surroundings,
                "some of its names end in `.up.sql`, and not all",
            )),
            _ => None,
        }
    }

    fn takes(&self) -> &'static str {
        "`<version>_<description>.sql` in the folder itself, and no subfolders"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let (mut ups, mut downs) = (Vec::new(), Vec::new());
        for entry in reader.files() {
            let Some((version, rest)) = entry.name.split_once('_') else { continue };
            if rest.strip_suffix(".sql").is_none() {
                continue;
            }
            let Ok(key) = version.parse::<i64>() else {
                reader.report(
                    &entry.path,
                    format!("`{version}` is not a version: sqlx refuses a folder with such a file"),
                    "begin the name with a whole number, or move the file elsewhere",
                );
                continue;
            };
            if rest.ends_with(".down.sql") {
                downs.push((key, entry.path));
            } else {
                ups.push(Found::sql(key, version.to_owned(), entry));
            }
        }
        let loaded = reader.load(Tool::Sqlx, ups, downs)?;
        Ok(whole_files(loaded, &|loaded| match &loaded.up {
            Body::Sql(source) => transaction(&source.text),
            Body::Code(_) => Transaction::Explicit,
        }))
    }

    fn running(&self) -> Running {
        Running {
            sends_strings: true,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked(
                    "put it alone into a migration with the first line `-- no-transaction`: sqlx \
                     sends a file as one string, and several statements in one string are a \
                     transaction",
                ),
            )
        }
    }
}

#[cfg(feature = "write")]
impl Writer for Sqlx {
    /// As `sqlx migrate add` (`sqlx-cli/src/migrate.rs`, `add`, and
    /// `sqlx-cli/src/opt.rs`, `AddMigrationOpts`): the time unless the folder has
    /// numbers, and both ways if the folder does.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let last = slate.migrations.last();
        let both =
            slate.has_undo_files() || last.is_some_and(|last| last.name.ends_with(".up.sql"));
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            if both {
                ["up", "down"].map(|way| format!("{version}_{slug}.{way}.sql").into()).to_vec()
            } else {
                vec![format!("{version}_{slug}.sql").into()]
            }
        })?;
        Ok(in_files(version, draft, &paths))
    }
}

#[cfg(feature = "history")]
impl History for Sqlx {
    fn table(&self) -> Option<&'static str> {
        Some("_sqlx_migrations")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["version", "success", "checksum"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let record = |row: Row| {
            let [version, success, checksum] = row.try_into().ok()?;
            Some(Record {
                version: version?,
                outcome: if flag(&success?) { Outcome::Applied } else { Outcome::Failed("failed") },
                checksum: Some(checksum?.strip_prefix("\\x")?.to_owned()),
            })
        };
        sorted(rows, 0).into_iter().map(record).collect()
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        is_same_number(record, migration)
    }

    fn checksums(&self, _migration: &Migration, bytes: &[u8]) -> Vec<String> {
        vec![hex::<Sha384>(bytes)]
    }

    /// `MigrateError::VersionMismatch`.
    fn on_changed(&self) -> Reaction {
        Reaction::Refuses
    }

    /// `MigrateError::VersionMissing`.
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn lock_keys(&self, database: &str, _schema: &str, _table: &str) -> Vec<i64> {
        vec![0x3d32_ad9e * i64::from(crc32([database.as_bytes()]))]
    }

    /// The row that `execute_migration` writes, with the time that `skip` writes.
    fn row(
        &self,
        migration: &Migration,
        checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let sql = format!(
            "INSERT INTO {} (version, description, success, checksum, execution_time)
             VALUES ($1::bigint, $2, true, pg_catalog.decode($3, 'hex'), -1)",
            target.table
        );
        let version = ("version", migration.version.clone());
        let description = ("description", description(migration));
        Some((sql, vec![version, description, ("checksum", checksums.first()?.clone())]))
    }
}

fn transaction(text: &str) -> Transaction {
    if text.starts_with("-- no-transaction") {
        Transaction::Implicit
    } else {
        Transaction::Explicit
    }
}

/// How a file begins that sqlx has written, or to which it alone gives a meaning.
const WRITTEN: [&str; 3] =
    ["-- no-transaction", "-- Add migration script here", "-- Add up migration script here"];

/// Whether the name says which way the file goes, as golang-migrate's do as well.
fn is_up_or_down(entry: &Entry) -> bool {
    let (version, rest) = entry.name.split_once('_').unwrap_or_default();
    let is_number = version.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        && version.parse::<u64>().is_ok()
        && (rest.contains(".up.") || rest.contains(".down."))
}

fn has_version(entry: &Entry) -> bool {
    entry.name.split_once('_').is_some_and(|(version, _)| version.parse::<i64>().is_ok())
}

/// Whether sqlx could apply the files: `2024-01-01_x.sql` it refuses, and with `20240101_120000_x.sql` every
/// file of a day would have one version.
fn fits(numbered: &[&Entry]) -> bool {
    let mut versions = HashSet::new();
    numbered.iter().all(|entry| {
        entry.name.split_once('_').is_some_and(|(version, rest)| {
            let new = version.parse::<i64>().map(|version| versions.insert(version.to_string()));
            new.is_ok_and(|new| new || !rest.starts_with(|char: char| char.is_ascii_digit()))
        })
    })
}

/// What stands between the version and the end of the name (`sqlx-core/src/migrate/source.rs`,
/// `resolve_blocking_with_config`).
#[cfg(feature = "history")]
fn description(migration: &Migration) -> String {
    let name = migration.name.split_once('_').map_or("", |(_, rest)| rest);
    let suffix = if name.ends_with(".up.sql") { ".up.sql" } else { ".sql" };
    name.trim_end_matches(suffix).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open_as, steps};

    #[test]
    fn numbers_decide_the_order() {
        let folder = open_as(
            Tool::Sqlx,
            &[
                ("10_c.sql", "c"),
                ("9_b.sql", "b"),
                ("1_a.sql", "a"),
                ("README.md", ""),
                ("schema.sql", "no underscore"),
                ("2_notes.txt", ""),
                ("more/3_d.sql", "not in the folder itself"),
                ("4_directory.sql/", ""),
                (".gitkeep", ""),
            ],
        );
        assert_eq!(steps(&folder), ["1 Explicit: a", "9 Explicit: b", "10 Explicit: c"]);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn up_and_down() {
        let folder = open_as(
            Tool::Sqlx,
            &[
                ("1_a.down.sql", "undo"),
                ("1_a.up.sql", "do"),
                ("2_b.up.sql", "b"),
                ("3_c.down.sql", ""),
            ],
        );
        assert_eq!(steps(&folder), ["1 Explicit: do / undo", "2 Explicit: b"]);
    }

    #[test]
    fn no_transaction_is_asked_for_at_the_very_beginning() {
        let folder = open_as(
            Tool::Sqlx,
            &[("1_a.sql", "-- no-transaction\na"), ("2_b.sql", "\n-- no-transaction")],
        );
        assert_eq!(
            steps(&folder),
            ["1 Implicit: -- no-transaction\na", "2 Explicit: -- no-transaction"]
        );
    }

    #[test]
    fn a_version_is_used_once() {
        let folder =
            open_as(Tool::Sqlx, &[("01_b.sql", ""), ("1_a.sql", ""), ("1_a.down.sql", "")]);
        assert_eq!(names(&folder), ["01_b.sql", "1_a.sql"]);
        assert_eq!(
            findings(&folder),
            [
                "1_a.sql:1: `1_a.sql` has the version of `01_b.sql`, and sqlx does not apply two migrations \
              with one version"
            ]
        );
        assert_eq!(folder.findings[0].related[0].0.to_string(), "01_b.sql:1");
    }

    #[test]
    fn a_version_is_a_whole_number() {
        let folder =
            open_as(Tool::Sqlx, &[("seed_users.sql", ""), ("9223372036854775808_x.sql", "")]);
        assert_eq!(names(&folder), [""; 0]);
        assert_eq!(
            findings(&folder),
            [
                "9223372036854775808_x.sql:1: `9223372036854775808` is not a version: sqlx refuses a folder \
                 with such a file",
                "seed_users.sql:1: `seed` is not a version: sqlx refuses a folder with such a file",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Sqlx, files);
        assert_eq!(written(&[]), ["20250304050607_add_x.sql", "up;"]);
        assert_eq!(written(&[("0009_a.sql", "")]), ["0010_add_x.sql", "up;"]);
        assert_eq!(written(&[("20240101000000_a.sql", "")]), ["20250304050607_add_x.sql", "up;"]);
        assert_eq!(
            written(&[("1_a.up.sql", ""), ("1_a.down.sql", "")]),
            ["2_add_x.up.sql", "2_add_x.down.sql", "up;", "down;"]
        );
        // What is there stays there.
        assert_eq!(
            written(&[("1_a.up.sql", ""), ("2_add_x.down.sql", "of nothing")]),
            ["3_add_x.up.sql", "3_add_x.down.sql", "up;", "down;"]
        );
    }

    #[test]
    #[cfg(feature = "history")]
    fn the_key_is_sqlxs() {
        // The name of which everybody knows the CRC-32.
        assert_eq!(Sqlx.lock_keys("123456789", "", ""), [0x3d32_ad9e * 0xcbf4_3926_i64]);
    }
}
