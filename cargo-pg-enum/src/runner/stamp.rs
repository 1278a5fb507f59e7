//! Writes the row that a tool writes after it has applied a migration.

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Migration, Tool};
use pg_enum_migrations::history::{Target, Value};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{Table, checksums, lock_keys, write};
use crate::database::failed;
use crate::failure::Failure;

/// Takes the lock that the tool holds while it migrates, if it has one, until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    tool: Tool,
    table: Option<&Table>,
    database: &str,
) -> Result<(), Failure> {
    // All keys of a tool are for one lock, so their order does not matter.
    for key in lock_keys(tool, database, table) {
        sqlx::query("SELECT pg_catalog.pg_advisory_xact_lock($1)")
            .bind(key)
            .persistent(false)
            .execute(&mut *connection)
            .await
            .map_err(|error| {
                failed(&format!("get the migration lock of {tool}"), &error)
                    .with_help("run `cargo pg-enum preflight` to see which session holds it")
            })?;
    }
    Ok(())
}

/// Writes the row in the current transaction, and returns its values. It is an error if this would run code that no tool
/// creates.
pub(crate) async fn stamp(
    connection: &mut PgConnection,
    folder: &Folder,
    index: usize,
    table: &Table,
) -> Result<Vec<Value>, Failure> {
    write::prepare(connection, table).await?;
    record(connection, folder, index, table).await
}

/// Writes the row as the tool does, even if this runs other code, and returns its values.
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

/// Whether it is known which row the tool writes for a migration.
pub(crate) fn is_recordable(folder: &Folder, index: usize, table: &Table) -> bool {
    let checksums = checksums(folder, index).unwrap_or_default();
    let migration = folder.migrations.get(index);
    migration.is_some_and(|migration| row(folder.tool, migration, &checksums, table).is_some())
}

/// The statement and its parameters, all of which are text.
fn row(
    tool: Tool,
    migration: &Migration,
    checksums: &[String],
    table: &Table,
) -> Option<(String, Vec<Value>)> {
    let target = Target { table: &table.to_string(), has_wide_versions: table.has_wide_versions };
    tool.history().row(migration, checksums, target)
}
