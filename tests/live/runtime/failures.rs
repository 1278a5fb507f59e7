//! What keeps a database from being ensured: a clear error each, and nothing is half done.

use std::time::Duration;

use pg_enum::live::{Ensure, Error};
use pg_enum::{PgEnum, set};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::text;
use crate::harness::{labels, run, tests, types};

tests![
    another_process_holds_the_lock,
    a_migration_holds_a_types_lock,
    a_statement_takes_too_long,
    a_transaction_is_read_only,
    the_role_may_not,
    the_server_ends_the_connection,
    the_connection_is_cut_in_the_middle,
    there_is_no_server,
];

#[derive(PgEnum)]
enum Mood {
    Sad,
    Ok,
}

#[derive(PgEnum)]
enum Colour {
    Red,
}

async fn untouched(connection: &mut PgConnection) {
    assert_eq!(types(connection, "public", "mood").await, 0);
    assert_eq!(types(connection, "public", "colour").await, 0);
}

fn brief() -> Ensure {
    Ensure::new().lock_timeout(Duration::from_millis(300))
}

async fn another_process_holds_the_lock(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(
        &mut other,
        "SET application_name = 'other'; BEGIN;
        SELECT pg_advisory_xact_lock(hashtextextended('pg_enum ensure', 0))",
    )
    .await;
    let error = set![Mood].ensure_with(&brief(), &mut connection).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    let said = text(&error);
    // The times are those of a busy machine.
    assert!(
        said.starts_with("a lock on the enum types was not free within ")
            && said.contains(" s: process ")
            && said.contains(" (other of ")
            && said.contains(", idle in transaction) has been in a transaction for ")
            && said.ends_with(" s and holds it; nothing was changed, try again"),
        "{said}"
    );
    untouched(&mut connection).await;
    // The connection is as good as before.
    run(&mut other, "COMMIT").await;
    set![Mood].ensure_with(&brief(), &mut connection).await.unwrap();
}

async fn a_migration_holds_a_types_lock(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(&mut other, &format!("SET application_name = 'migration'; BEGIN; {}", Mood::CREATE_SQL))
        .await;
    let error = set![Colour, Mood].ensure_with(&brief(), &mut connection).await.unwrap_err();
    let said = text(&error);
    assert!(matches!(error, Error::Locked { .. }) && said.contains("(migration of "), "{said}");
    run(&mut other, "ROLLBACK").await;
    untouched(&mut connection).await;
}

async fn a_statement_takes_too_long(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(&mut other, &format!("BEGIN; {}", Mood::CREATE_SQL)).await;
    let limits = Ensure::new().statement_timeout(Duration::from_millis(200));
    let error = set![Colour, Mood].ensure_with(&limits, &mut connection).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert_eq!(
        text(&error),
        "the database took too long, and nothing was changed: canceling statement due to statement timeout \
         (SQLSTATE 57014)"
    );
    run(&mut other, "ROLLBACK").await;
    untouched(&mut connection).await;
}

async fn a_transaction_is_read_only(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "SET default_transaction_read_only = on").await;
    let error = set![Mood].ensure(&mut connection).await.unwrap_err();
    assert!(matches!(error, Error::ReadOnly(_)), "{error:?}");
    assert_eq!(
        text(&error),
        "the enum types differ from the enums, and this database is read-only: cannot execute \
         CREATE TYPE in a read-only transaction (SQLSTATE 25006); connect to the primary, or change the types in migrations"
    );
    untouched(&mut connection).await;
}

async fn the_role_may_not(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE ROLE guest_of_tests; GRANT USAGE ON SCHEMA app TO guest_of_tests;
        REVOKE CREATE ON SCHEMA public FROM PUBLIC; SET ROLE guest_of_tests",
    )
    .await;
    let error = set![Mood].ensure(&mut connection).await.unwrap_err();
    assert!(matches!(error, Error::Privilege(_)), "{error:?}");
    assert_eq!(
        text(&error),
        "the role lacks a privilege, and nothing was changed: permission denied for schema public (SQLSTATE \
         42501); grant it, or change the types in migrations that run as the owner"
    );
    run(&mut connection, "RESET ROLE; CREATE TYPE mood AS ENUM ('Sad'); SET ROLE guest_of_tests")
        .await;
    let error = set![Mood].ensure(&mut connection).await.unwrap_err();
    assert!(text(&error).contains("must be owner of type"), "{error}");
    run(&mut connection, "RESET ROLE; DROP OWNED BY guest_of_tests; DROP ROLE guest_of_tests")
        .await;
    assert_eq!(labels(&mut connection, "public", "mood").await, ["Sad"]);
}

async fn the_server_ends_the_connection(database: Database) {
    let mut observer = database.connect().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    let pid: i32 =
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
    run(&mut observer, &format!("SELECT pg_terminate_backend({pid})")).await;
    let error = set![Mood].ensure(&mut connection).await.unwrap_err();
    assert!(matches!(error, Error::Connection(_)), "{error:?}");
    assert!(text(&error).starts_with("the database cannot be reached: "), "{error}");
    untouched(&mut observer).await;
}

/// While all its statements wait for a lock that a migration holds.
async fn the_connection_is_cut_in_the_middle(database: Database) {
    let mut observer = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    let pid: i32 =
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
    run(&mut other, &format!("BEGIN; {}", Mood::CREATE_SQL)).await;
    let cut = async {
        let waits =
            format!("SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'advisory'");
        while sqlx::query(sqlx::AssertSqlSafe(&*waits))
            .fetch_optional(&mut observer)
            .await
            .unwrap()
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        run(&mut observer, &format!("SELECT pg_terminate_backend({pid})")).await;
    };
    let set = set![Colour, Mood];
    let (ensured, ()) = futures_util::future::join(set.ensure(&mut connection), cut).await;
    let error = ensured.unwrap_err();
    assert!(matches!(error, Error::Connection(_)), "{error:?}");
    run(&mut other, "ROLLBACK").await;
    untouched(&mut observer).await;
}

async fn there_is_no_server(_: Database) {
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(1);
    let pool = sqlx::postgres::PgPoolOptions::new()
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(options);
    let error = set![Mood].ensure(&pool).await.unwrap_err();
    assert!(matches!(error, Error::Connection(_)), "{error:?}");
    assert!(set![Mood].verify(&pool).await.is_err());
}
