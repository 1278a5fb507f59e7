//! Prisma: `_prisma_migrations`.
//!
//! A row is written before the migration runs, and `finished_at` after it; one that has neither that nor
//! `rolled_back_at` is of a migration that failed, and `migrate deploy` refuses to go on (error P3009). The
//! checksum is the SHA-256 of the text, with whatever line ends
//! (`schema-engine/connectors/schema-connector/src/checksum.rs`, `script_matches_checksum`); early versions
//! left out the zeros at the beginning of each byte. The row is that of `mark_migration_applied_impl`
//! (`sql_migration_persistence.rs`), which is `migrate resolve --applied`. The lock's key is in
//! `flavour/postgres.rs`, `acquire_lock`.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::checksum::hex;
use super::{Outcome, Record, Row, Table};

pub(super) const LOCK: i64 = 72_707_369;

pub(super) const COLUMNS: [&str; 5] =
    ["started_at", "migration_name", "checksum", "finished_at", "rolled_back_at"];

pub(super) fn records(mut rows: Vec<Row>) -> Option<Vec<Record>> {
    // Times compare as they are written: year first, and all in one zone, which the driver sets.
    rows.sort();
    let mut records = Vec::new();
    for row in rows {
        let [_, version, checksum, finished, rolled_back] = row.try_into().ok()?;
        if rolled_back.is_none() {
            let outcome =
                if finished.is_some() { Outcome::Applied } else { Outcome::Failed("unfinished") };
            records.push(Record { version: version?, outcome, checksum });
        }
    }
    Some(records)
}

pub(super) fn checksums(bytes: &[u8]) -> Vec<String> {
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

pub(super) fn stamp(table: &Table) -> String {
    // Where `gen_random_uuid` is missing (before 13), a hash of what is different each time does as well.
    format!(
        "INSERT INTO {table} (id, migration_name, checksum, logs, started_at, finished_at)
         VALUES (pg_catalog.md5($1 || pg_catalog.clock_timestamp()::text)::uuid::text, $1, $2, '',
           pg_catalog.now(), pg_catalog.now())"
    )
}

#[cfg(test)]
mod tests {
    use super::checksums;

    #[test]
    fn line_ends_do_not_matter() {
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
