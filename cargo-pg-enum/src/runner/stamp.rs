//! The row that a tool would have written after it had applied a migration.

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Migration, Tool};
use pg_enum_migrations::history::{Target, Value};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{Table, checksums, lock_keys, write};
use crate::database::failed;
use crate::failure::Failure;

/// Gets the lock that the tool itself migrates under, if it has one, until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    tool: Tool,
    table: Option<&Table>,
    database: &str,
) -> Result<(), Failure> {
    // The keys of one tool are for one lock, so that the order is of no matter.
    for key in lock_keys(tool, database, table) {
        sqlx::query("SELECT pg_catalog.pg_advisory_xact_lock($1)")
            .bind(key)
            .persistent(false)
            .execute(&mut *connection)
            .await
            .map_err(|error| {
                failed(&format!("get the lock that {tool} migrates under"), &error)
                    .with_help("run `cargo pg-enum preflight` to see which session holds it")
            })?;
    }
    Ok(())
}

/// Writes the row, in the transaction that the connection is in, and says what is in it; unless that would run code
/// that no tool makes.
pub(crate) async fn stamp(
    connection: &mut PgConnection,
    folder: &Folder,
    index: usize,
    table: &Table,
) -> Result<Vec<Value>, Failure> {
    write::prepare(connection, table).await?;
    record(connection, folder, index, table).await
}

/// Writes the row as the tool does, whatever that runs, and says what is in it.
pub(crate) async fn record(
    connection: &mut PgConnection,
    folder: &Folder,
    index: usize,
    table: &Table,
) -> Result<Vec<Value>, Failure> {
    let Some(migration) = folder.migrations.get(index) else { return Ok(Vec::new()) };
    let checksum = checksums(folder, index)?;
    let Some((sql, values)) = row(folder.tool, migration, &checksum, table) else {
        return Err(Failure::new(format!("a migration of {} cannot be stamped", folder.tool))
            .with_help("record it with a command of the tool"));
    };
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    for (_, value) in &values {
        query = query.bind(value);
    }
    let done = query.execute(connection).await;
    done.map_err(|error| failed(&format!("write to {}", table.full_name()), &error))?;
    Ok(values)
}

/// Whether the row is known that the tool writes for a migration.
pub(crate) fn is_recordable(folder: &Folder, index: usize, table: &Table) -> bool {
    let checksums = checksums(folder, index).unwrap_or_default();
    let migration = folder.migrations.get(index);
    migration.is_some_and(|migration| row(folder.tool, migration, &checksums, table).is_some())
}

/// The statement, and what its parameters are; all of them text.
fn row(
    tool: Tool,
    migration: &Migration,
    checksums: &[String],
    table: &Table,
) -> Option<(String, Vec<Value>)> {
    let target = Target { table: &table.to_string(), has_wide_versions: table.has_wide_versions };
    tool.history().row(migration, checksums, target)
}
