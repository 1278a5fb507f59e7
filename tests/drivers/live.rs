//! `pg_enum::live` through each driver.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, SimpleAsyncConnection, TransactionManager,
};
use pg_enum::live::{Ensure, Ensured, Error, Policy};
use pg_enum::{PgEnum, Set, set};
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::Test;

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

/// A connection, and its calls of `live`.
trait Live: Sized {
    async fn connect(url: &str) -> Self;
    /// Runs any number of statements.
    async fn run(&mut self, sql: &str) -> Result<(), String>;
    async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error>;
    async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String>;
    async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error>;
    async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error>;
    async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error>;
    /// Ensures the set in a transaction that is rolled back.
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error>;

    async fn must_run(&mut self, sql: &str) {
        if let Err(error) = self.run(sql).await {
            panic!("{error}: {sql}");
        }
    }
}

fn lines(report: &pg_enum::live::Report) -> Vec<String> {
    report.disagreements().iter().map(ToString::to_string).collect()
}

/// What is the same for all drivers with futures.
macro_rules! with_futures {
    () => {
        async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error> {
            set.verify(&mut self.0).await
        }
        async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String> {
            lines(&set.report(policy, &mut self.0).await.expect("a report"))
        }
        async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error> {
            set.ensure_with(options, &mut self.0).await
        }
        async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
            set.create_all(&mut self.0, tables).await
        }
        async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
            set.drop_all(&mut self.0, tables).await
        }
    };
}

struct Sqlx09(sqlx::PgConnection);

impl Live for Sqlx09 {
    async fn connect(url: &str) -> Self {
        use sqlx::Connection;
        Self(sqlx::PgConnection::connect(url).await.expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        sql.execute(&mut self.0).await.map(drop).map_err(|error| error.to_string())
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        use sqlx::Connection;
        let mut transaction = self.0.begin().await.expect("a transaction");
        let ensured = set.ensure(&mut transaction).await;
        transaction.rollback().await.expect("a rollback");
        ensured
    }
    with_futures!();
}

struct Sqlx08(sqlx_0_8::PgConnection);

impl Live for Sqlx08 {
    async fn connect(url: &str) -> Self {
        use sqlx_0_8::Connection;
        Self(sqlx_0_8::PgConnection::connect(url).await.expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        use sqlx_0_8::Executor;
        let sent = self.0.execute(sqlx_0_8::raw_sql(sql)).await;
        sent.map(drop).map_err(|error| error.to_string())
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        use sqlx_0_8::Connection;
        let mut transaction = self.0.begin().await.expect("a transaction");
        let ensured = set.ensure(&mut transaction).await;
        transaction.rollback().await.expect("a rollback");
        ensured
    }
    with_futures!();
}

struct TokioPostgres(tokio_postgres::Client);

impl Live for TokioPostgres {
    async fn connect(url: &str) -> Self {
        let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.expect("a connection");
        tokio::spawn(connection);
        Self(client)
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        self.0.batch_execute(sql).await.map_err(|error| error.to_string())
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        let mut transaction = self.0.transaction().await.expect("a transaction");
        let ensured = set.ensure(&mut transaction).await;
        transaction.rollback().await.expect("a rollback");
        ensured
    }
    with_futures!();
}

struct DieselAsync(diesel_async::AsyncPgConnection);

impl Live for DieselAsync {
    async fn connect(url: &str) -> Self {
        let connected = diesel_async::AsyncPgConnection::establish(url).await;
        Self(connected.expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        self.0.batch_execute(sql).await.map_err(|error| error.to_string())
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        let mut ensured = None;
        let rolled_back = self
            .0
            .transaction(async |connection| {
                ensured = Some(set.ensure(connection).await);
                Err::<(), _>(diesel::result::Error::RollbackTransaction)
            })
            .await;
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        ensured.expect("it was called")
    }
    with_futures!();
}

struct Diesel(diesel::PgConnection);

impl Live for Diesel {
    async fn connect(url: &str) -> Self {
        Self(diesel::Connection::establish(url).expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        self.0.batch_execute(sql).map_err(|error| error.to_string())
    }
    async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error> {
        set.verify_blocking(&mut self.0)
    }
    async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String> {
        lines(&set.report_blocking(policy, &mut self.0).expect("a report"))
    }
    async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error> {
        set.ensure_with_blocking(options, &mut self.0)
    }
    async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
        set.create_all_blocking(&mut self.0, tables)
    }
    async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
        set.drop_all_blocking(&mut self.0, tables)
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        let mut ensured = None;
        let rolled_back = diesel::Connection::transaction(&mut self.0, |connection| {
            ensured = Some(set.ensure_blocking(connection));
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        ensured.expect("it was called")
    }
}

macro_rules! on_every_driver {
    ($($case:ident)*) => {
        [$(on_every_driver!(@ $case: Sqlx09 Sqlx08 TokioPostgres DieselAsync Diesel)),*]
    };
    (@ $case:ident: $($driver:ident)*) => {
        [$(Test::new(concat!("live::", stringify!($case), "::", stringify!($driver)), |database| {
            Box::pin($case::<$driver>(database))
        })),*]
    };
}

pub(crate) fn tests() -> Vec<Test> {
    let everywhere = on_every_driver! {
        what_is_missing_is_made
        labels_are_read_as_they_are
        in_a_transaction_of_the_callers
        settings_are_as_before
        types_and_tables
        a_lock_is_held
        a_statement_takes_too_long
        a_database_is_read_only
        the_role_may_not
        the_server_ends_the_connection
        two_at_once
    };
    let callbacks = [
        Test::new("live::callbacks", |database| Box::pin(callbacks(database))),
        Test::new("live::dropped", |database| Box::pin(dropped(database))),
    ];
    everywhere.into_iter().flatten().chain(callbacks).collect()
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

/// The functions that take a connection, with each driver that has futures.
async fn callbacks(database: Database) {
    let set = set![Mood];
    let mut live: TokioPostgres = connect(&database).await;
    live.must_run("CREATE SCHEMA app").await;
    let tables = async |client: &mut tokio_postgres::Client| {
        client.execute("CREATE TABLE a (mood app.mood)", &[]).await.map(drop)
    };
    set.create_all_with(&mut live.0, tables).await.expect("types and tables");
    let mut live: DieselAsync = connect(&database).await;
    let tables = async |connection: &mut diesel_async::AsyncPgConnection| {
        connection.batch_execute("DROP TABLE a").await
    };
    set.drop_all_with(&mut live.0, tables).await.expect("types and tables");
    let mut live: Sqlx08 = connect(&database).await;
    let tables = async |connection: &mut sqlx_0_8::PgConnection| {
        use sqlx_0_8::Executor;
        connection.execute("CREATE TABLE a (mood app.moody)").await.map(drop)
    };
    set.create_all_with(&mut live.0, tables).await.expect_err("no such type");
    live.must_run(TYPES).await;
}

/// A future that is dropped while it waits for a lock leaves a connection that is in no transaction, or, through
/// diesel-async, one that a pool does not lend again.
async fn dropped(database: Database) {
    let mut other: Sqlx09 = connect(&database).await;
    other
        .must_run(
            "CREATE SCHEMA app; COMMIT; BEGIN;
            SELECT pg_advisory_xact_lock(hashtextextended('pg_enum ensure', 0))",
        )
        .await;
    let mut sqlx: Sqlx08 = connect(&database).await;
    let mut client: TokioPostgres = connect(&database).await;
    let mut diesel: DieselAsync = connect(&database).await;
    let set = set![Mood];
    let briefly = Duration::from_millis(300);
    let ensure = Ensure::new();
    tokio::time::timeout(briefly, sqlx.ensure_with(&set, &ensure)).await.expect_err("it waits");
    tokio::time::timeout(briefly, client.ensure_with(&set, &ensure)).await.expect_err("it waits");
    tokio::time::timeout(briefly, diesel.ensure_with(&set, &ensure)).await.expect_err("it waits");
    other.must_run("COMMIT").await;
    // `VACUUM` cannot run in a transaction.
    sqlx.must_run("VACUUM pg_catalog.pg_enum").await;
    client.must_run("VACUUM pg_catalog.pg_enum").await;
    // What a pool of diesel-async asks when a connection is returned.
    assert!(AnsiTransactionManager::is_broken_transaction_manager(&mut diesel.0));
    let error = diesel.run("VACUUM pg_catalog.pg_enum").await.expect_err("a transaction");
    assert!(error.contains("cannot run inside a transaction block"), "{error}");
    drop(diesel);
    client.must_run(TYPES).await;
    sqlx.ensure_with(&set, &ensure).await.expect("it is ensured");
}
