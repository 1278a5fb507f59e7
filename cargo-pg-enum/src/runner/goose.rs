//! goose: `goose_db_version`.
//!
//! The table is that of `internal/dialects/postgres.go`. The first row is that of version 0, which is no
//! migration. Earlier versions add a row with `is_applied` false for a way down; the last row of a version
//! decides (`ListMigrations`). There is no checksum; the session locker's key is that of
//! `lock/session_locker_options.go`.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Record, Table};

/// `DefaultLockID`.
pub(super) const LOCK: i64 = 4_097_083_626;

pub(super) async fn records(
    connection: &mut PgConnection,
    table: &Table,
) -> Result<Vec<Record>, sqlx::Error> {
    let sql = format!("SELECT version_id::bigint, is_applied FROM {table} ORDER BY id");
    let rows: Vec<(i64, bool)> =
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await?;
    let last: BTreeMap<i64, bool> = rows.into_iter().filter(|(version, _)| *version > 0).collect();
    let applied = last.into_iter().filter(|(_, applied)| *applied);
    Ok(applied.map(|(version, _)| Record::applied(version.to_string(), None)).collect())
}

pub(super) fn stamp(table: &Table) -> String {
    format!("INSERT INTO {table} (version_id, is_applied) VALUES ($1::bigint, true)")
}
