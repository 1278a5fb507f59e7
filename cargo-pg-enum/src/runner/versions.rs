//! Diesel: `__diesel_schema_migrations`; and dbmate: `schema_migrations`. Of either, the version is all that
//! there is to tell, and there is neither a checksum nor a lock.
//!
//! Diesel's table is that of `diesel/src/migration/setup_migration_table.sql`. A migration and its row are in one
//! transaction unless its `metadata.toml` says otherwise (`diesel_migrations/src/migration_harness.rs`,
//! `run_migration`). dbmate's is that of `pkg/driver/postgres/postgres.go`, `CreateMigrationsTable`, and
//! `InsertMigration` adds to it in the migration's own transaction.

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
