//! `pg_enum::live` through each driver.

mod drivers;
#[cfg(feature = "others")]
mod others;

use std::time::Duration;

use pg_enum::live::{Ensure, Error, Policy};
use pg_enum::{PgEnum, set};
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::Test;

use self::drivers::{Diesel, Live, Sqlx09};
#[cfg(feature = "others")]
use self::others::{DieselAsync, Sqlx08, TokioPostgres};

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(schema = "app")]
enum Mood {
    Sad,
    Ok,
}

/// Labels that have to be quoted in an array, and in an array in an array.
#[derive(Debug, PgEnum)]
enum Hostile {
    #[pg_enum(rename = "a,b")]
    Comma,
    #[pg_enum(rename = "{\"'\\}")]
    Marks,
    #[pg_enum(rename = "NULL")]
    Null,
    #[pg_enum(rename = " spaced\n")]
    Spaced,
}

/// A test of each case on each driver: `live::two_at_once::Sqlx09`.
macro_rules! on_every_driver {
    ($drivers:tt $($case:ident)*) => {
        [$(on_every_driver!(@ $case $drivers)),*]
    };
    (@ $case:ident [$($driver:ident)*]) => {
        vec![$(Test::new(concat!("live::", stringify!($case), "::", stringify!($driver)), |database| {
            Box::pin($case::<$driver>(database))
        })),*]
    };
}

#[cfg(feature = "others")]
macro_rules! everywhere {
    ($($case:ident)*) => {
        on_every_driver! { [Sqlx09 Sqlx08 TokioPostgres DieselAsync Diesel] $($case)* }
    };
}

#[cfg(not(feature = "others"))]
macro_rules! everywhere {
    ($($case:ident)*) => { on_every_driver! { [Diesel] $($case)* } };
}

pub(crate) fn tests() -> Vec<Test> {
    let everywhere = everywhere! {
        what_is_missing_is_made
        labels_are_read_as_they_are
        in_a_transaction_of_the_callers
        settings_are_as_before
        types_and_tables
        rows_are_tried
        a_lock_is_held
        a_statement_takes_too_long
        a_database_is_read_only
        the_role_may_not
        the_server_ends_the_connection
        two_at_once
    };
    #[cfg(feature = "others")]
    let everywhere = everywhere.into_iter().chain([vec![
        Test::new("live::callbacks", |database| Box::pin(others::callbacks(database))),
        Test::new("live::dropped", |database| Box::pin(others::dropped(database))),
    ]]);
    everywhere.into_iter().flatten().collect()
}

async fn connect<L: Live>(database: &Database) -> L {
    L::connect(&database.plain_url()).await
}

const TYPES: &str = "DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN RAISE 'there is a type'; END IF;
END $$";

async fn what_is_missing_is_made<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let set = set![Mood];
    let error = live.verify(&set).await.expect_err("there is no schema");
    assert!(
        error.to_string().contains("neither the type app.mood nor its schema exists"),
        "{error}"
    );
    live.must_run("CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Ok', 'New')").await;
    let shown = live.report(&set, &Policy::new()).await;
    assert_eq!(
        shown,
        [
            "app.mood lacks the label 'Sad' (drivers::live::Mood); run: ALTER TYPE app.mood ADD VALUE 'Sad' BEFORE \
             'Ok';",
            "app.mood has the label 'New', which the enum lacks (drivers::live::Mood); add a variant for it, or add an \
             `other` variant and tolerate extra labels",
        ]
        .map(String::from)
        .as_slice()
    );
    let ensured = live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    assert_eq!(ensured.steps, ["add value 'Sad' to app.mood before 'Ok'"]);
    let ensured = live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    assert_eq!(ensured.steps, [""; 0]);
    live.must_run("DROP TYPE app.mood").await;
    let ensured = live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    assert_eq!(ensured.steps, ["create type app.mood"]);
    live.verify(&set).await.expect("the same");
}

async fn labels_are_read_as_they_are<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let set = set![Hostile];
    live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    live.verify(&set).await.expect("the same");
    live.must_run(r#"DROP TYPE hostile; CREATE TYPE hostile AS ENUM ('a,b', '{"''\}', 'NULL', '"', '{}', ' spaced
')"#)
        .await;
    let shown = live.report(&set, &Policy::new()).await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with(r#"public.hostile has the label '"'"#), "{shown:?}");
    assert!(shown[1].starts_with("public.hostile has the label '{}'"), "{shown:?}");
}

async fn in_a_transaction_of_the_callers<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    live.must_run("CREATE SCHEMA app").await;
    let set = set![Mood];
    let ensured = live.ensure_and_roll_back(&set).await.expect("it is ensured");
    assert_eq!(ensured.steps, ["create type app.mood"]);
    live.must_run(TYPES).await;
    // Nor is the connection in a transaction after it.
    live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    let mut other: L = connect(&database).await;
    other.verify(&set).await.expect("it is committed");
}

async fn settings_are_as_before<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let check = "DO $$ BEGIN
        IF current_setting('search_path') <> 'app, public' OR current_setting('row_security') <> 'on'
            OR current_setting('jit') <> 'on' OR current_setting('lock_timeout') <> '7s' THEN
            RAISE 'other settings';
        END IF;
    END $$";
    live.must_run(
        "CREATE SCHEMA app; SET search_path = app, public; SET jit = on; SET lock_timeout = '7s'",
    )
    .await;
    let set = set![Mood];
    live.verify(&set).await.expect_err("it is missing");
    live.must_run(check).await;
    live.ensure_with(&set, &Ensure::new()).await.expect("it is ensured");
    live.must_run(check).await;
    live.must_run("BEGIN").await;
    live.verify(&set).await.expect("it is there");
    live.must_run(check).await;
    live.must_run("COMMIT").await;
}

async fn types_and_tables<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    live.must_run("CREATE SCHEMA app").await;
    let set = set![Mood];
    live.create_all(&set, "CREATE TABLE a (mood moody)").await.expect_err("no such type");
    live.must_run(TYPES).await;
    live.create_all(&set, "CREATE TABLE a (mood app.mood); INSERT INTO a VALUES ('Ok')")
        .await
        .expect("types and tables");
    let error = live.drop_all(&set, "SELECT 1").await.expect_err("a column uses the type");
    assert!(error.to_string().contains("other objects depend on it"), "{error}");
    live.must_run("SELECT mood FROM a").await;
    live.drop_all(&set, "DROP TABLE a").await.expect("types and tables");
    live.must_run(TYPES).await;
}

/// Each label in each column, also after one that the server refuses, and nothing of it remains.
async fn rows_are_tried<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    live.must_run(
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad');
        CREATE TABLE a (id bigserial, mood app.mood, moods app.mood[]);
        CREATE TABLE b (n int NOT NULL, mood app.mood)",
    )
    .await;
    let set = set![Mood];
    let report = live.smoke(&set).await.expect("a report");
    let found: Vec<&str> = report.refused().map(|(_, label, _, _)| label).collect();
    assert_eq!(found, ["Ok"]);
    live.must_run("ALTER TYPE app.mood ADD VALUE 'Ok'; ALTER TABLE a ADD CHECK (mood = 'Sad')")
        .await;
    let report = live.smoke(&set).await.expect("a report");
    assert!(report.is_clean(), "{report}");
    let outcomes: Vec<String> = report.enums[0]
        .labels
        .iter()
        .flat_map(|label| &label.columns)
        .map(|(_, outcome)| outcome.to_string().replace(" (SQLSTATE 23514)", ""))
        .collect();
    let missing = "only compared: column `n` is NOT NULL without default";
    let refused =
        "only compared: new row for relation \"a\" violates check constraint \"a_mood_check\"";
    assert_eq!(outcomes, ["written", "written", missing, refused, "written", missing]);
    let remains = "DO $$ BEGIN
        IF EXISTS (SELECT FROM a) OR EXISTS (SELECT FROM pg_prepared_statements WHERE name LIKE 'pg_enum%')
            OR (SELECT is_called FROM a_id_seq) THEN RAISE 'something remains'; END IF;
    END $$";
    live.must_run(remains).await;
    live.must_run("BEGIN; COMMIT").await;
}

fn brief() -> Ensure {
    Ensure::new().lock_timeout(Duration::from_millis(300))
}

async fn a_lock_is_held<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let mut other: Sqlx09 = connect(&database).await;
    other
        .must_run(
            "CREATE SCHEMA app; COMMIT; SET application_name = 'other'; BEGIN;
            SELECT pg_advisory_xact_lock(hashtextextended('pg_enum ensure', 0))",
        )
        .await;
    let error = live.ensure_with(&set![Mood], &brief()).await.expect_err("it is locked");
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    let shown = error.to_string();
    assert!(
        shown.contains(" s: process ")
            && shown.contains(" (other of ")
            && shown.ends_with("try again"),
        "{shown}"
    );
    other.must_run("COMMIT").await;
    live.must_run(TYPES).await;
    live.ensure_with(&set![Mood], &brief()).await.expect("it is free");
}

async fn a_statement_takes_too_long<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let mut other: Sqlx09 = connect(&database).await;
    other.must_run("CREATE SCHEMA app").await;
    other.must_run(&format!("BEGIN; {}", Mood::CREATE_SQL)).await;
    let limits = Ensure::new().statement_timeout(Duration::from_millis(200));
    let error = live.ensure_with(&set![Mood], &limits).await.expect_err("it is locked");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert_eq!(error.sqlstate(), Some("57014"));
    other.must_run("ROLLBACK").await;
    live.must_run(TYPES).await;
}

async fn a_database_is_read_only<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    live.must_run("CREATE SCHEMA app; SET default_transaction_read_only = on").await;
    let error = live.ensure_with(&set![Mood], &brief()).await.expect_err("it is read-only");
    assert!(matches!(error, Error::ReadOnly(_)), "{error:?}");
    assert!(
        error.to_string().contains("cannot execute CREATE TYPE in a read-only transaction"),
        "{error}"
    );
    // The driver's own error is its source.
    assert!(std::error::Error::source(&error).is_some());
}

async fn the_role_may_not<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    live.must_run("CREATE SCHEMA app; SET ROLE pg_monitor").await;
    let error = live.ensure_with(&set![Mood], &brief()).await.expect_err("it may not");
    assert!(matches!(error, Error::Privilege(_) | Error::Drift(_)), "{error:?}");
    live.must_run("RESET ROLE; GRANT USAGE ON SCHEMA app TO pg_monitor; SET ROLE pg_monitor").await;
    let error = live.ensure_with(&set![Mood], &brief()).await.expect_err("it may not");
    assert!(matches!(error, Error::Privilege(_)), "{error:?}");
    assert!(error.to_string().contains("permission denied for schema app"), "{error}");
    live.must_run("RESET ROLE; REVOKE USAGE ON SCHEMA app FROM pg_monitor").await;
    live.must_run(TYPES).await;
}

async fn the_server_ends_the_connection<L: Live>(database: Database) {
    let mut live: L = connect(&database).await;
    let mut other: Sqlx09 = connect(&database).await;
    other
        .must_run(
            "CREATE SCHEMA app; SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
    let error = live.ensure_with(&set![Mood], &brief()).await.expect_err("it has ended");
    assert!(matches!(error, Error::Connection(_)), "{error:?}");
    assert!(error.to_string().starts_with("the database cannot be reached: "), "{error}");
}

/// Each waits for the other, and none fails.
async fn two_at_once<L: Live>(database: Database) {
    let mut one: L = connect(&database).await;
    one.must_run("CREATE SCHEMA app").await;
    let url = database.plain_url();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(async {
                    let mut live = L::connect(&url).await;
                    live.ensure_with(&set![Mood], &Ensure::new())
                        .await
                        .map(|ensured| ensured.steps.len())
                })
            })
        })
        .collect();
    let steps = threads.into_iter().map(|thread| thread.join().expect("a thread"));
    let steps: Vec<usize> = steps.map(|steps| steps.expect("it is ensured")).collect();
    assert_eq!(steps.iter().sum::<usize>(), 1, "{steps:?}");
}
