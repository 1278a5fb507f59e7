//! Prisma: `<name>/migration.sql`.
//!
//! The rules are those of `packages/migrate/src/utils/listMigrations.ts` (prisma/prisma): directories of
//! the folder itself, though not links to such, in the order of JavaScript's `localeCompare`. (The Rust
//! code it replaced, `migrations_directory.rs`, compared bytes; the two differ for names such as `1_a` and
//! `10_b`, not for timestamps.) Each must have a `migration.sql`: error P3015. The script is sent as one
//! string, without a transaction around it.
//!
//! A row of the history is written before the migration runs, and `finished_at` after it; one that has neither that nor
//! `rolled_back_at` is of a migration that failed, and `migrate deploy` refuses to go on (error P3009). The
//! checksum is the SHA-256 of the text, with whatever line ends
//! (`schema-engine/connectors/schema-connector/src/checksum.rs`, `script_matches_checksum`); early versions
//! left out the zeros at the beginning of each byte. The row is that of `mark_migration_applied_impl`
//! (`sql_migration_persistence.rs`), which is `migrate resolve --applied`. The lock's key is in
//! `flavour/postgres.rs`, `acquire_lock`.

#[cfg(feature = "history")]
use sha2::{Digest, Sha256};
#[cfg(feature = "history")]
use std::fmt::Write;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, number::First};
use crate::files::FolderError;
use crate::files::order::collate;
use crate::files::{Found, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction, sort};
#[cfg(feature = "history")]
use crate::history::{History, Outcome, Record, Row, Target, Value, hex};

/// A file that says which database the migrations are for.
const LOCK_FILE: &str = "migration_lock.toml";

/// The tool.
pub(super) struct Prisma;

impl Rules for Prisma {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if seen.has(LOCK_FILE) {
            return Some(Sign::file(LOCK_FILE));
        }
        let (_, path) = seen.directory_with("migration.sql")?;
        Some(Sign::new(Rank::Layout, path))
    }

    fn takes(&self) -> &'static str {
        "`<name>/migration.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut directories = reader.directories();
        directories.retain(|entry| !entry.link);
        sort(&mut directories, &mut |a, b| collate(&a.name, &b.name));
        let mut found = Vec::with_capacity(directories.len());
        for (index, entry) in directories.into_iter().enumerate() {
            if reader.exists(entry.path.join("migration.sql")) {
                found.push(Found::directory(index, entry.name.clone(), entry, "migration.sql"));
            } else {
                reader.report(
                &entry.path,
                "there is no `migration.sql`: Prisma refuses a folder with such a directory (P3015)",
                "add one, or remove the directory",
            );
            }
        }
        let loaded = reader.load(Tool::Prisma, found, Vec::new())?;
        Ok(whole_files(loaded, &|_| Transaction::Implicit))
    }

    fn running(&self) -> Running {
        Running::each(
            Transaction::Implicit,
            Outside::Asked(
                "put it alone into a migration: several statements in one string are a transaction",
            ),
        )
    }
}

#[cfg(feature = "write")]
impl Writer for Prisma {
    fn left_out(&self) -> Option<&'static str> {
        Some("`schema.prisma` is left as it is: `prisma db pull` brings it up to date")
    }

    /// As `prisma migrate dev` names directories: `<time>_<name>`. There is no way down.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let last = slate.last_version().map(|name| name.split('_').next().unwrap_or(name));
        // A number is what somebody chose for the first (`0_init`), and no beginning of a sequence.
        let last = last.filter(|version| version.len() >= 8);
        let (number, paths) =
            slate.place(last, First::Time, |version| vec![format!("{version}_{slug}").into()])?;
        let version = format!("{number}_{slug}");
        let files = paths.into_iter().map(|path| path.join("migration.sql"));
        let files = files.map(|path| NewFile::new(path, ended(&draft.up))).collect();
        Ok(Prepared { version, files, up: ended(&draft.up), down: None })
    }
}

#[cfg(feature = "history")]
impl History for Prisma {
    fn table(&self) -> Option<&'static str> {
        Some("_prisma_migrations")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["started_at", "migration_name", "checksum", "finished_at", "rolled_back_at"]
    }

    fn records(&self, mut rows: Vec<Row>) -> Option<Vec<Record>> {
        // Times compare as they are written: year first, and all in one zone, which the driver sets.
        rows.sort();
        let mut records = Vec::new();
        for row in rows {
            let [_, version, checksum, finished, rolled_back] = row.try_into().ok()?;
            if rolled_back.is_none() {
                let outcome = if finished.is_some() {
                    Outcome::Applied
                } else {
                    Outcome::Failed("unfinished")
                };
                records.push(Record { version: version?, outcome, checksum });
            }
        }
        Some(records)
    }

    // `migrate deploy` says nothing of a changed file, `migrate dev` wants to reset the database.
    fn checksums(&self, _migration: &Migration, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes);
        let texts = [text.to_string(), text.replace("\r\n", "\n"), text.replace('\n', "\r\n")];
        let new = texts.iter().map(|text| hex::<Sha256>(text.as_bytes()));
        let old = texts.iter().map(|text| {
            Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
                // Writing to a string does not fail.
                let _ = write!(digits, "{byte:x}");
                digits
            })
        });
        new.chain(old).collect()
    }

    fn lock_keys(&self, _database: &str, _schema: &str, _table: &str) -> Vec<i64> {
        vec![72_707_369]
    }

    fn row(
        &self,
        migration: &Migration,
        checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        // Where `gen_random_uuid` is missing (before 13), a hash of what is different each time does as well.
        let sql = format!(
            "INSERT INTO {} (id, migration_name, checksum, logs, started_at, finished_at)
             VALUES (pg_catalog.md5($1 || pg_catalog.clock_timestamp()::text)::uuid::text, $1, $2, '',
               pg_catalog.now(), pg_catalog.now())",
            target.table
        );
        let name = ("migration_name", migration.version.clone());
        Some((sql, vec![name, ("checksum", checksums.first()?.clone())]))
    }

    fn repair(&self) -> &'static str {
        "check the state of the database, and then run `prisma migrate resolve` with --applied or \
         --rolled-back"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open_as, steps};

    #[test]
    fn directories_in_collation_order() {
        let folder = open_as(
            Tool::Prisma,
            &[
                ("20240102000000_b/migration.sql", "b"),
                ("20240101000000_a/migration.sql", "a"),
                ("0_init/migration.sql", "init"),
                ("migration_lock.toml", ""),
                ("20240103000000_c/README.md", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "0_init Implicit: init",
                "20240101000000_a Implicit: a",
                "20240102000000_b Implicit: b"
            ]
        );
        assert_eq!(
            findings(&folder),
            [
                "20240103000000_c:1: there is no `migration.sql`: Prisma refuses a folder with such a \
              directory (P3015)"
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        let expected = ["20250304050607_add_x/migration.sql", "up;"];
        assert_eq!(written(Tool::Prisma, &[]), expected);
        assert_eq!(written(Tool::Prisma, &[("0_init/migration.sql", "")]), expected);
        assert_eq!(
            written(Tool::Prisma, &[("20250304050607_add_x/migration.sql", "")]),
            ["20250304050608_add_x/migration.sql", "up;"]
        );
    }

    #[test]
    #[cfg(feature = "history")]
    fn line_ends_do_not_matter() {
        let folder = open_as(Tool::Prisma, &[("1_a/migration.sql", "")]);
        let checksums = |bytes| Prisma.checksums(&folder.migrations[0], bytes);
        let recorded = &checksums(b"ab\r\ncd\r\n")[0];
        assert!(checksums(b"ab\ncd\n").contains(recorded));
        assert!(!checksums(b"ab\ncd").contains(recorded));
        // As Prisma's own test has it.
        assert_eq!(
            checksums(b"hello")[0],
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        );
    }
}
