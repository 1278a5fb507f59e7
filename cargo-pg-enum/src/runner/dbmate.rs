//! dbmate: `schema_migrations`.
//!
//! The table is that of `pkg/driver/postgres/postgres.go`, `CreateMigrationsTable`: the version is all there
//! is, and `InsertMigration` adds it in the migration's own transaction. There is no lock.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Record, Table};

pub(super) async fn records(
    connection: &mut PgConnection,
    table: &Table,
) -> Result<Vec<Record>, sqlx::Error> {
    let sql = format!("SELECT version::text FROM {table} ORDER BY version");
    let rows: Vec<(String,)> =
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(version,)| Record::applied(version, None)).collect())
}

pub(super) fn stamp(table: &Table) -> String {
    format!("INSERT INTO {table} (version) VALUES ($1)")
}
