//! What every test has at hand.

use std::ffi::OsString;
use std::thread;

use cargo_pg_enum::{Metrics, Status, Streams};
use pg_enum_test_server::Database;
pub(crate) use pg_enum_test_server::harness::{Test, tests};
use sqlx::postgres::PgDatabaseError;
use sqlx::{AssertSqlSafe, PgConnection};

/// What a command has said.
pub(crate) struct Said {
    pub(crate) status: Status,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command line, whose first argument is the program's name. It has a runtime of its own, which cannot
/// be in another's thread.
pub(crate) fn command(args: Vec<OsString>) -> Said {
    let run = move || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = Streams {
            out: &mut out,
            err: &mut err,
            out_color: false,
            err_color: false,
            input: None,
            progress: false,
            metrics: Metrics::default(),
        };
        let status = cargo_pg_enum::run(args, &mut streams);
        let [out, err] = [out, err].map(|text| String::from_utf8(text).expect("text"));
        Said { status, out, err }
    };
    thread::spawn(run).join().expect("no panic")
}

/// Runs SQL that must succeed, as one string.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) {
    if let Err(error) = try_run(connection, sql).await {
        panic!("{error}\n{sql}");
    }
}

/// Runs SQL, as one string.
pub(crate) async fn try_run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

/// Runs SQL that the server must refuse, and returns what it says.
pub(crate) async fn refused(connection: &mut PgConnection, sql: &str) -> Refusal {
    let error = try_run(connection, sql).await.expect_err(sql);
    let error = error.as_database_error().expect("an error of the server's");
    let error = error.downcast_ref::<PgDatabaseError>();
    Refusal {
        code: error.code().to_owned(),
        message: error.message().to_owned(),
        detail: error.detail().unwrap_or_default().to_owned(),
    }
}

/// Waits until a session waits for a lock of a type.
pub(crate) async fn until_waiting(database: &Database) {
    let mut connection = database.connect().await.unwrap();
    let waits =
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND classid = 'pg_type'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    for _ in 0..1000 {
        let query = sqlx::query_scalar(waits).persistent(false);
        if query.fetch_one(&mut connection).await.unwrap() {
            return;
        }
        run(&mut connection, "SELECT pg_sleep(0.01)").await;
    }
    panic!("no session waits");
}

/// An error of the server's.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) detail: String,
}

/// The labels of a type, in their order, as the catalog has them.
pub(crate) async fn labels(connection: &mut PgConnection, schema: &str, name: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT enumlabel::text FROM pg_catalog.pg_enum AS e
         JOIN pg_catalog.pg_type AS t ON t.oid = e.enumtypid
         JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
         WHERE n.nspname = $1 AND t.typname = $2 ORDER BY enumsortorder",
    )
    .bind(schema)
    .bind(name)
    .fetch_all(connection)
    .await
    .expect("the catalog can be read")
}

/// How many types of that name there are in a schema.
pub(crate) async fn types(connection: &mut PgConnection, schema: &str, name: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_catalog.pg_type AS t
         JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
         WHERE n.nspname = $1 AND t.typname = $2",
    )
    .bind(schema)
    .bind(name)
    .fetch_one(connection)
    .await
    .expect("the catalog can be read")
}
