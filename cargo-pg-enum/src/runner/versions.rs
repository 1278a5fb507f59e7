//! Diesel: `__diesel_schema_migrations`; and dbmate: `schema_migrations`. Of either, the version is all that
//! there is to tell, and there is neither a checksum nor a lock.
//!
//! Diesel's table is that of `diesel/src/migration/setup_migration_table.sql`. A migration and its row are in one
//! transaction unless its `metadata.toml` says otherwise (`diesel_migrations/src/migration_harness.rs`,
//! `run_migration`). dbmate's is that of `pkg/driver/postgres/postgres.go`, `CreateMigrationsTable`, and
//! `InsertMigration` adds to it in the migration's own transaction.

use super::{Record, Row, Table};

pub(super) const COLUMNS: [&str; 1] = ["version"];

pub(super) fn records(mut rows: Vec<Row>) -> Option<Vec<Record>> {
    rows.sort();
    let record = |row: Row| Some(Record::applied(row.into_iter().next()??, None));
    rows.into_iter().map(record).collect()
}

pub(super) fn stamp(table: &Table) -> String {
    format!("INSERT INTO {table} (version) VALUES ($1)")
}
