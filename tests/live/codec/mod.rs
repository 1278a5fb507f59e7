//! What sqlx's traits do with real rows.

mod change;
mod columns;
mod labels;
mod limits;
mod names;
mod schemas;
mod text;
mod twins;
mod values;

use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::postgres::{PgHasArrayType, Postgres};
use sqlx::{AssertSqlSafe, Decode, Encode, PgConnection, Type};

use crate::harness::{Test, run};

pub(crate) fn tests() -> Vec<Test> {
    [
        values::tests(),
        text::tests(),
        schemas::tests(),
        twins::tests(),
        names::tests(),
        columns::tests(),
        labels::tests(),
        change::tests(),
        limits::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An enum whose type is in a schema that a new connection does not look into: nothing here works
/// by its bare name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "app")]
enum Draft {
    Streaming,
    Partial,
    #[pg_enum(rename = "done")]
    Complete,
}

/// What the derive implements.
trait Mapped:
    PgEnum
    + Copy
    + Debug
    + PartialEq
    + Send
    + Sync
    + Unpin
    + Type<Postgres>
    + PgHasArrayType
    + for<'q> Encode<'q, Postgres>
    + for<'r> Decode<'r, Postgres>
{
}

impl<E> Mapped for E where
    E: PgEnum
        + Copy
        + Debug
        + PartialEq
        + Send
        + Sync
        + Unpin
        + Type<Postgres>
        + PgHasArrayType
        + for<'q> Encode<'q, Postgres>
        + for<'r> Decode<'r, Postgres>
{
}

/// A new connection, which has seen no type yet.
async fn connect(database: &Database) -> PgConnection {
    database.connect().await.expect("a connection")
}

/// Creates the enum's type, in its schema.
async fn create<E: PgEnum>(connection: &mut PgConnection) {
    if let Some(schema) = E::DEFINITION.schema {
        let schema = schema.replace('"', "\"\"");
        run(connection, &format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")).await;
    }
    run(connection, E::CREATE_SQL).await;
}

/// A new connection to a database that has the type `app.draft`.
async fn with_draft(database: &Database) -> PgConnection {
    let mut connection = connect(database).await;
    create::<Draft>(&mut connection).await;
    connection
}

/// What an expression without parameters is, asked with a prepared statement: in binary.
async fn select<T>(connection: &mut PgConnection, sql: &str) -> Result<T, sqlx::Error>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT {sql}"))).fetch_one(connection).await
}

/// Writes a value to a column of that type, and reads it back.
async fn through_a_table<T>(connection: &mut PgConnection, column: &str, value: &T) -> T
where
    T: for<'q> Encode<'q, Postgres> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    T: Clone + Send + Sync + Unpin,
{
    // Never the same table twice, as sqlx keeps the statements that were prepared for the last.
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let table = format!("one_row_{}", COUNTER.fetch_add(1, Ordering::Relaxed));
    run(connection, &format!("CREATE TEMPORARY TABLE {table} (value {column})")).await;
    sqlx::query(AssertSqlSafe(format!("INSERT INTO {table} VALUES ($1)")))
        .bind(value.clone())
        .execute(&mut *connection)
        .await
        .expect("the value can be written");
    select(connection, &format!("value FROM {table}")).await.expect("the value can be read")
}

/// Writes every value to a table, alone and in an array of all, and reads them back.
async fn assert_all_round_trip<E: Mapped>(connection: &mut PgConnection) {
    let all = E::VARIANTS.to_vec();
    assert_eq!(through_a_table(connection, &format!("{}[]", E::NAME_SQL), &all).await, all);
    for value in E::VARIANTS {
        assert_eq!(through_a_table(connection, E::NAME_SQL, value).await, *value);
    }
}

/// The error in an error of sqlx's, of which the rest says only where it happened.
fn source(error: &sqlx::Error) -> &(dyn std::error::Error + 'static) {
    std::error::Error::source(error).expect("a source")
}
