//! sqlx: `_sqlx_migrations`.
//!
//! The table is that of `ensure_migrations_table` (sqlx 0.9, `sqlx-postgres/src/migrate.rs`). A row is
//! written in the migration's own transaction with `success` true; one where it is false is of a migration
//! without a transaction, by earlier versions, and `Migrator::run` refuses to go on (`MigrateError::Dirty`).
//! The checksum is the SHA-384 of the file (`sqlx-core/src/migrate/migration.rs`, `checksum`); whoever has
//! configured characters to be ignored has others. The lock's key is `generate_lock_id`.

use pg_enum_migrations::folder::Migration;
use sha2::Sha384;

use super::checksum::{crc32, hex};
use super::{Outcome, Record, Row, Table, flag, sorted};

pub(super) const COLUMNS: [&str; 3] = ["version", "success", "checksum"];

pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
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

pub(super) fn checksums(bytes: &[u8]) -> Vec<String> {
    vec![hex::<Sha384>(bytes)]
}

pub(super) fn lock_key(database: &str) -> i64 {
    0x3d32_ad9e * i64::from(crc32([database.as_bytes()]))
}

/// The row that `execute_migration` writes, with the time that `skip` writes.
pub(super) fn stamp(table: &Table) -> String {
    format!(
        "INSERT INTO {table} (version, description, success, checksum, execution_time)
         VALUES ($1::bigint, $2, true, pg_catalog.decode($3, 'hex'), -1)"
    )
}

/// What stands between the version and the end of the name (`sqlx-core/src/migrate/source.rs`,
/// `resolve_blocking_with_config`).
pub(super) fn description(migration: &Migration) -> String {
    let name = migration.name.split_once('_').map_or("", |(_, rest)| rest);
    let suffix = if name.ends_with(".up.sql") { ".up.sql" } else { ".sql" };
    name.trim_end_matches(suffix).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_sqlxs() {
        // The name of which everybody knows the CRC-32.
        assert_eq!(lock_key("123456789"), 0x3d32_ad9e * 0xcbf4_3926_i64);
    }
}
