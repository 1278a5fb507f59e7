//! golang-migrate: `schema_migrations`.
//!
//! The table has one row, the version that the database is at (`database/postgres/postgres.go`, `SetVersion`
//! and `Version`). It is written as dirty before a migration and as clean after it (`migrate.go`,
//! `runMigrations`), so that a dirty one is of a migration that failed, or is running. There is no checksum.
//! The lock's key is that of `database/util.go`, `GenerateAdvisoryLockId`; the database's name in it is the
//! path of the URL, slash included, or what the server says.

use pg_enum_migrations::Folder;

use super::checksum::crc32;
use super::{Outcome, Record, Row, Table, flag};

pub(super) const COLUMNS: [&str; 2] = ["version", "dirty"];

pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
    let Some(row) = rows.into_iter().next() else { return Some(Vec::new()) };
    let [version, dirty] = row.try_into().ok()?;
    let outcome = if flag(&dirty?) { Outcome::Failed("dirty") } else { Outcome::Applied };
    Some(vec![Record { version: version?, outcome, checksum: None }])
}

/// All that come before the version have been applied.
pub(super) fn spread(folder: &Folder, records: Vec<Record>) -> Vec<Record> {
    let Some(at) = records.first().and_then(|record| record.version.parse::<i64>().ok()) else {
        return records;
    };
    let before = folder
        .migrations
        .iter()
        .filter(|migration| migration.version.parse::<i64>().is_ok_and(|version| version < at));
    let before = before.map(|migration| Record::applied(&*migration.version, None));
    before.chain(records.iter().cloned()).collect()
}

const SALT: u32 = 1_486_364_155;

pub(super) fn lock_keys(database: &str, schema: &str, table: &str) -> Vec<i64> {
    let key = |database: &str| {
        let text = [schema, table, database].join("\0");
        i64::from(crc32([text.as_bytes()]).wrapping_mul(SALT))
    };
    vec![key(database), key(&format!("/{database}"))]
}

/// As `SetVersion` does. (It truncates, which needs another privilege and a stronger lock.)
pub(super) fn stamp(table: &Table) -> String {
    format!(
        "WITH gone AS (DELETE FROM {table} WHERE version <> $1::bigint)
         INSERT INTO {table} (version, dirty) VALUES ($1::bigint, false)"
    )
}

#[cfg(test)]
mod tests {
    use super::lock_keys;

    #[test]
    fn the_key_is_theirs() {
        // As `database/util_test.go` has it.
        let keys = lock_keys("database_name", "schema_name_1", "schema_name_2");
        assert_eq!(keys[0], 3_743_845_847);
    }
}
