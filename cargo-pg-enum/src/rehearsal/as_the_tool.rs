//! Migrations that run with what their tool puts around them.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, Migration, Part, Script, Tool, Transaction};
use sqlx::PgConnection;

use super::failure::{failure, lost, no_sql, refusal};
use super::send;
use crate::ddl;
use crate::problem::Problem;

/// What cannot be sent, of all the migrations.
pub(crate) fn refused<'a>(
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for migration in migrations {
        let Part::Sql(script) = &migration.up else {
            problems.push(no_sql(migration));
            continue;
        };
        problems.extend(script.statements().iter().filter_map(|statement| {
            let reason = ddl::unsendable(statement)?;
            let message = format!("this cannot be rehearsed: {reason}");
            Some(refusal(folder, message, &statement.at))
        }));
    }
    problems
}

/// Runs migrations up to the first statement that fails. How many have run, and what fails.
pub(crate) async fn run<'a>(
    connection: &mut PgConnection,
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
) -> (usize, Option<Problem>) {
    let mut done = 0;
    // drizzle has one transaction for all of them.
    let whole = folder.tool == Tool::Drizzle;
    if whole && let Err(error) = send(connection, "BEGIN").await {
        return (0, Some(lost(&error)));
    }
    for migration in migrations {
        let Part::Sql(script) = &migration.up else { continue };
        if let Err(problem) = run_one(connection, folder, migration, script, !whole).await {
            return (done, Some(problem));
        }
        done += 1;
    }
    if whole && let Err(error) = send(connection, "COMMIT").await {
        return (done, Some(lost(&error)));
    }
    (done, None)
}

/// Runs one; `own` says whether with a transaction of its own, if it has one.
async fn run_one(
    connection: &mut PgConnection,
    folder: &Folder,
    migration: &Migration,
    script: &Script,
    own: bool,
) -> Result<(), Problem> {
    let has_transaction = own && migration.transaction == Transaction::Explicit;
    if has_transaction {
        send(connection, "BEGIN").await.map_err(|error| lost(&error))?;
    }
    if own && migration.transaction == Transaction::Implicit {
        let at = Location::new(&script.source, script.range.clone());
        send(connection, script.text())
            .await
            .map_err(|error| failure(folder, migration, &at, &error))?;
    } else {
        for statement in script.statements() {
            send(connection, statement.text())
                .await
                .map_err(|error| failure(folder, migration, &statement.at, &error))?;
        }
    }
    if has_transaction {
        let end = script.range.end;
        let at = Location::new(&script.source, end..end);
        send(connection, "COMMIT")
            .await
            .map_err(|error| failure(folder, migration, &at, &error))?;
    }
    Ok(())
}
