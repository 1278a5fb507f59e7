//! How long a replacement waits for locks.

use futures_util::future::join;
use pg_enum_core::Definition;
use pg_enum_core::plan::LockTimeout;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::planned;
use crate::harness::{labels, refused, run, tests, try_run};

tests![
    a_table_that_is_in_use_is_not_waited_for_long,
    others_wait_for_the_first_one_as_long_as_it_takes,
    the_limit_of_the_session_comes_first,
];

const START: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b');
    CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('a')";

const NEW: &[&str] = &["b", "a"];

/// The statement of the plan, with a limit.
async fn start(database: &Database, limit: &str) -> (PgConnection, String) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let definition = Definition::new("mood", NEW).in_schema("app");
    let mut plan = planned(&mut connection, definition).await.unwrap();
    let limit: LockTimeout = limit.parse().unwrap();
    plan.set_lock_timeout(&limit);
    (connection, plan.steps[0].up_sql().to_string())
}

async fn a_table_that_is_in_use_is_not_waited_for_long(database: Database) {
    let (mut connection, sql) = start(&database, "20 ms").await;
    let mut reader = database.connect().await.unwrap();
    run(&mut reader, "BEGIN; SELECT FROM app.t").await;
    assert_eq!(refused(&mut connection, &sql).await.code, "55P03");
    assert_eq!(labels(&mut connection, "app", "mood").await, ["a", "b"]);
    assert_eq!(setting(&mut connection).await, "0");
    run(&mut reader, "COMMIT").await;
    run(&mut connection, &format!("BEGIN; {sql}")).await;
    assert_eq!(setting(&mut connection).await, "0");
    run(&mut connection, "COMMIT").await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
    // Without a limit there is no word of it.
    let (_, sql) = start_again(&mut connection, &database).await;
    assert!(!sql.contains("WHERE settings[2]"), "{sql}");
}

async fn start_again(connection: &mut PgConnection, database: &Database) -> (PgConnection, String) {
    run(connection, "DROP SCHEMA app CASCADE").await;
    start(database, "0").await
}

async fn others_wait_for_the_first_one_as_long_as_it_takes(database: Database) {
    let (mut first, sql) = start(&database, "1ms").await;
    run(&mut first, &format!("BEGIN; {sql}")).await;
    let mut second = database.connect().await.unwrap();
    let waits = async { try_run(&mut second, &sql).await };
    let commits = async {
        run(&mut first, "SELECT pg_sleep(0.3); COMMIT").await;
    };
    let (done, ()) = join(waits, commits).await;
    done.unwrap();
    assert_eq!(labels(&mut first, "app", "mood").await, NEW);
}

async fn the_limit_of_the_session_comes_first(database: Database) {
    let (mut connection, sql) = start(&database, "1h").await;
    let mut reader = database.connect().await.unwrap();
    run(&mut reader, "BEGIN; SELECT FROM app.t").await;
    run(&mut connection, "SET lock_timeout = '20ms'").await;
    assert_eq!(refused(&mut connection, &sql).await.code, "55P03");
    run(&mut reader, "COMMIT").await;
    run(&mut connection, &format!("BEGIN; {sql}")).await;
    assert_eq!(setting(&mut connection).await, "20ms");
}

async fn setting(connection: &mut PgConnection) -> String {
    sqlx::query_scalar("SHOW lock_timeout").fetch_one(connection).await.unwrap()
}
