//! The other drivers, with which older versions of Diesel are not tested, and what holds for futures alone.

use std::time::Duration;

use diesel_async::{
    AnsiTransactionManager, AsyncConnection, SimpleAsyncConnection, TransactionManager,
};
use pg_enum::live::{Ensure, Ensured, Error, Policy, SmokeReport};
use pg_enum::{Set, set};
use pg_enum_test_server::Database;

use super::drivers::{Live, Sqlx09, lines, with_futures};
use super::{Mood, TYPES, connect};

pub(crate) struct Sqlx08(sqlx_0_8::PgConnection);

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

pub(crate) struct TokioPostgres(tokio_postgres::Client);

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

pub(crate) struct DieselAsync(diesel_async::AsyncPgConnection);

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

/// The functions that take a connection, with each driver that has futures.
pub(crate) async fn callbacks(database: Database) {
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
pub(crate) async fn dropped(database: Database) {
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
