//! goose: `goose_db_version`.
//!
//! The table is that of `internal/dialects/postgres.go`. The first row is that of version 0, which is no
//! migration. Earlier versions add a row with `is_applied` false for a way down; the last row of a version
//! decides (`ListMigrations`). There is no checksum; the session locker's key is that of
//! `lock/session_locker_options.go`.

use std::collections::BTreeMap;

use super::{Record, Row, Table, flag, sorted};

/// `DefaultLockID`.
pub(super) const LOCK: i64 = 4_097_083_626;

pub(super) const COLUMNS: [&str; 3] = ["id", "version_id", "is_applied"];

pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
    let mut last: BTreeMap<i64, bool> = BTreeMap::new();
    for row in sorted(rows, 0) {
        let [_, version, applied] = row.try_into().ok()?;
        last.insert(version?.parse().ok()?, flag(&applied?));
    }
    let applied = last.into_iter().filter(|(version, applied)| *version > 0 && *applied);
    Some(applied.map(|(version, _)| Record::applied(version.to_string(), None)).collect())
}

pub(super) fn stamp(table: &Table) -> String {
    format!("INSERT INTO {table} (version_id, is_applied) VALUES ($1::bigint, true)")
}
