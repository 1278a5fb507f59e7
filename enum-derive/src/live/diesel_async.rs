//! diesel-async.

use alloc::string::String;
use alloc::vec::Vec;

use diesel::QueryResult;
use diesel::result::Error;
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    TransactionManager,
};
use pg_enum_core::drift::Query;

use super::alloc;
use super::diesel::{READ_COMMITTED, Row};
use super::session::{Database, Session, sealed::Sealed};

/// A connection. A transaction cannot be rolled back without waiting, but the connection knows that it is in one, and
/// a pool does not lend it again (diesel-async 0.9, `is_broken_transaction_manager` in `src/transaction_manager.rs`).
pub struct DieselAsyncSession<'c> {
    connection: &'c mut AsyncPgConnection,
}

impl Session for DieselAsyncSession<'_> {
    type Connection = AsyncPgConnection;
    type Error = Error;

    fn connection(&mut self) -> &mut AsyncPgConnection {
        self.connection
    }

    fn is_in_transaction(&mut self) -> bool {
        let status = AnsiTransactionManager::transaction_manager_status_mut(self.connection);
        status.transaction_depth().is_ok_and(|depth| depth.is_some())
    }

    async fn begin(&mut self) -> QueryResult<()> {
        let is_own = !self.is_in_transaction();
        AnsiTransactionManager::begin_transaction(self.connection).await?;
        if is_own { self.run(READ_COMMITTED).await } else { Ok(()) }
    }

    async fn commit(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::commit_transaction(self.connection).await
    }

    async fn roll_back(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::rollback_transaction(self.connection).await
    }

    async fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.connection.batch_execute(sql).await
    }

    async fn rows(&mut self, query: &Query) -> QueryResult<Vec<String>> {
        // Diesel cannot read the rows of several statements that are sent as one.
        AnsiTransactionManager::begin_transaction(self.connection).await?;
        let rows = self.rows_in_transaction(query).await;
        match rows {
            Ok(_) => self.commit().await?,
            // The error that led here matters more.
            Err(_) => drop(self.roll_back().await),
        }
        rows
    }
}

impl DieselAsyncSession<'_> {
    async fn rows_in_transaction(&mut self, query: &Query) -> QueryResult<Vec<String>> {
        self.run(&query.before()).await?;
        let rows = diesel::sql_query(query.select()).load::<Row>(self.connection).await?;
        self.run(&query.after()).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}

impl Sealed for &mut AsyncPgConnection {}
impl<'c> Database for &'c mut AsyncPgConnection {
    type Connection = AsyncPgConnection;
    type Error = Error;
    type Session = DieselAsyncSession<'c>;
    async fn session(self) -> Result<Self::Session, Error> {
        Ok(DieselAsyncSession { connection: self })
    }
}
