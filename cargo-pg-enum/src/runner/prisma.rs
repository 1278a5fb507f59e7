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
use sqlx::{AssertSqlSafe, PgConnection};

use super::checksum::hex;
use super::{Outcome, Record, Table};

pub(super) const LOCK: i64 = 72_707_369;

pub(super) async fn records(
    connection: &mut PgConnection,
    table: &Table,
) -> Result<Vec<Record>, sqlx::Error> {
    let sql = format!(
        "SELECT migration_name::text, checksum::text, finished_at IS NOT NULL FROM {table}
         WHERE rolled_back_at IS NULL ORDER BY started_at"
    );
    let rows: Vec<(String, String, bool)> =
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await?;
    let record = |(version, checksum, finished)| Record {
        version,
        outcome: if finished { Outcome::Applied } else { Outcome::Failed("unfinished") },
        checksum: Some(checksum),
    };
    Ok(rows.into_iter().map(record).collect())
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
