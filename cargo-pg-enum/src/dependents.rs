//! What depends on a type in a database, and the rows that hold its labels.

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Held};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::{Plan, Unplannable, plan_swap, removed};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::database::{READ_ONLY, failed, send};
use crate::failure::Failure;

/// Begins the read-only transaction in which everything is read.
pub(crate) async fn begin(connection: &mut PgConnection) -> Result<(), Failure> {
    // The server's own names in definitions are those that it prints without quotes.
    let sql = format!("{READ_ONLY};\nSET LOCAL quote_all_identifiers = off;");
    let done = send(connection, &sql).await;
    done.map_err(|error| failed("begin a transaction", &error))
}

/// What depends on a type; `None` if there is no such type.
pub(crate) async fn read(
    connection: &mut PgConnection,
    schema: &str,
    name: &str,
) -> Result<Option<Dependents>, Failure> {
    let query = dependents::query(schema, name);
    let read = rows(connection, &query, "read what depends on the type", Some).await?;
    Ok(Dependents::parse(&read))
}

/// The plan that replaces a type.
pub(crate) async fn swap(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    dependents: &Dependents,
) -> Result<Result<Plan, Unplannable>, Failure> {
    let held = held(connection, dependents, definition).await?;
    Ok(plan_swap(dependents, definition, &held))
}

/// The rows that hold labels that go.
pub(crate) async fn held(
    connection: &mut PgConnection,
    dependents: &Dependents,
    definition: Definition<'_>,
) -> Result<Vec<Held>, Failure> {
    let labels = removed(&dependents.labels, definition);
    match dependents::count(dependents, &labels) {
        Some(query) => rows(connection, &query, "count rows", |row| Held::parse(&row)).await,
        None => Ok(Vec::new()),
    }
}

/// The rows of a query, each read by `parse`.
pub(crate) async fn rows<T>(
    connection: &mut PgConnection,
    query: &Query,
    doing: &str,
    parse: impl Fn(String) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let sql = query.to_string();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    let rows = rows.map_err(|error| failed(doing, &error))?;
    let text = |row: &sqlx::postgres::PgRow| {
        let text: String = row.try_get(0).map_err(|error| failed(doing, &error))?;
        parse(text).ok_or_else(|| Failure::new(format!("cannot {doing}: an unexpected answer")))
    };
    rows.iter().map(text).collect()
}
