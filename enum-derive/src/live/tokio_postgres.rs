//! tokio-postgres.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::pin::pin;
use core::task::{Context, Waker};
use std::io;

use pg_enum_core::drift::Query;
use tokio_postgres::{Client, Error, GenericClient, SimpleQueryMessage, Transaction};

use super::session::{Database, Session, sealed::Sealed};
use super::{DriverError, alloc, std};

/// A client, or a transaction of the caller.
pub struct TokioPostgresSession<'c, C: GenericClient> {
    client: &'c mut C,
    is_in_transaction: bool,
    has_begun: bool,
}

impl<C: GenericClient> TokioPostgresSession<'_, C> {
    /// The statements for a transaction of our own, and for a savepoint.
    fn either(&self, own: &'static str, savepoint: &'static str) -> &'static str {
        if self.is_in_transaction { savepoint } else { own }
    }

    fn roll_back_sql(&self) -> &'static str {
        self.either("ROLLBACK", "ROLLBACK TO SAVEPOINT pg_enum; RELEASE SAVEPOINT pg_enum")
    }
}

impl<C: GenericClient> Drop for TokioPostgresSession<'_, C> {
    fn drop(&mut self) {
        if self.has_begun {
            let roll_back = self.client.batch_execute(self.roll_back_sql());
            // The driver sends a statement when it is polled for the first time, and does not need to be polled again
            // for the server to run it.
            let _ = pin!(roll_back).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl<C: GenericClient + Send + Sync> Session for TokioPostgresSession<'_, C> {
    type Connection = C;
    type Error = Error;

    fn connection(&mut self) -> &mut C {
        self.client
    }

    fn is_in_transaction(&mut self) -> bool {
        self.is_in_transaction
    }

    async fn begin(&mut self) -> Result<(), Error> {
        // Before the server has answered, the transaction may have begun.
        self.has_begun = true;
        let sql = self.either("BEGIN ISOLATION LEVEL READ COMMITTED", "SAVEPOINT pg_enum");
        let begun = self.client.batch_execute(sql).await;
        self.has_begun = begun.is_ok();
        begun
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.client.batch_execute(self.either("COMMIT", "RELEASE SAVEPOINT pg_enum")).await?;
        self.has_begun = false;
        Ok(())
    }

    async fn roll_back(&mut self) -> Result<(), Error> {
        self.client.batch_execute(self.roll_back_sql()).await?;
        self.has_begun = false;
        Ok(())
    }

    async fn run(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).await
    }

    async fn rows(&mut self, query: &Query) -> Result<Vec<String>, Error> {
        let messages = self.client.simple_query(&query.to_string()).await?;
        let text = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().into()),
            _ => None,
        };
        Ok(messages.iter().filter_map(text).collect())
    }
}

impl Sealed for &mut Client {}
impl<'c> Database for &'c mut Client {
    type Connection = Client;
    type Error = Error;
    type Session = TokioPostgresSession<'c, Client>;
    async fn session(self) -> Result<Self::Session, Error> {
        Ok(TokioPostgresSession { client: self, is_in_transaction: false, has_begun: false })
    }
}

impl Sealed for &mut Transaction<'_> {}
impl<'c, 't> Database for &'c mut Transaction<'t> {
    type Connection = Transaction<'t>;
    type Error = Error;
    type Session = TokioPostgresSession<'c, Transaction<'t>>;
    async fn session(self) -> Result<Self::Session, Error> {
        Ok(TokioPostgresSession { client: self, is_in_transaction: true, has_begun: false })
    }
}

impl From<Error> for DriverError {
    fn from(error: Error) -> Self {
        let is_io = || {
            core::error::Error::source(&error)
                .and_then(<dyn core::error::Error>::downcast_ref::<io::Error>)
                .is_some()
        };
        let new = match error.as_db_error() {
            Some(server) => Self::of_server(server.code().code(), server.message()),
            None if error.is_closed() || is_io() => Self::of_connection(&error),
            None => Self::new(&error),
        };
        new.with_source(error)
    }
}
