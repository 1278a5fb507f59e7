//! Diesel, with blocking connections.

use alloc::string::String;
use alloc::vec::Vec;

use diesel::connection::{Connection, LoadConnection, TransactionManager};
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::NamedRow;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryResult, RunQueryDsl};
use pg_enum_core::drift::Query;

use super::session::Session;
use super::{DriverError, alloc};

/// A blocking connection: all of its futures are ready at once.
pub(super) struct Blocking<'c, C: Connection> {
    connection: &'c mut C,
    has_begun: bool,
}

impl<'c, C: Connection> Blocking<'c, C> {
    pub(super) fn new(connection: &'c mut C) -> Self {
        Self { connection, has_begun: false }
    }
}

impl<C: Connection> Drop for Blocking<'_, C> {
    fn drop(&mut self) {
        if self.has_begun {
            // The error that led here matters more.
            let _ = C::TransactionManager::rollback_transaction(self.connection);
        }
    }
}

impl<C: LoadConnection<Backend = Pg>> Session for Blocking<'_, C> {
    type Connection = C;
    type Error = Error;

    fn connection(&mut self) -> &mut C {
        self.connection
    }

    fn is_in_transaction(&mut self) -> bool {
        let status = C::TransactionManager::transaction_manager_status_mut(self.connection);
        status.transaction_depth().is_ok_and(|depth| depth.is_some())
    }

    async fn begin(&mut self) -> QueryResult<()> {
        let is_own = !self.is_in_transaction();
        C::TransactionManager::begin_transaction(self.connection)?;
        self.has_begun = true;
        if is_own { self.connection.batch_execute(READ_COMMITTED) } else { Ok(()) }
    }

    async fn commit(&mut self) -> QueryResult<()> {
        // The transaction manager rolls back if this fails.
        self.has_begun = false;
        C::TransactionManager::commit_transaction(self.connection)
    }

    async fn roll_back(&mut self) -> QueryResult<()> {
        self.has_begun = false;
        C::TransactionManager::rollback_transaction(self.connection)
    }

    async fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.connection.batch_execute(sql)
    }

    async fn rows(&mut self, query: &Query) -> QueryResult<Vec<String>> {
        // Diesel cannot read the rows of several statements that are sent as one.
        self.connection.transaction(|connection| {
            connection.batch_execute(&query.before())?;
            let rows = diesel::sql_query(query.select()).load::<Row>(connection)?;
            connection.batch_execute(&query.after())?;
            Ok(rows.into_iter().map(|row| row.0).collect())
        })
    }
}

pub(super) const READ_COMMITTED: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// A row of a [`Query`].
pub(super) struct Row(pub(super) String);

impl QueryableByName<Pg> for Row {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let text: Option<String> = NamedRow::get::<Nullable<Text>, _>(row, "found")?;
        Ok(Self(text.unwrap_or_default()))
    }
}

/// Diesel does not give the SQLSTATE of an error. For most errors that this crate treats in its own way, the server's
/// message tells it, if it is in English.
const MESSAGES: [(&str, &str); 8] = [
    ("canceling statement due to lock timeout", "55P03"),
    ("canceling statement due to statement timeout", "57014"),
    ("canceling statement due to user request", "57014"),
    ("deadlock detected", "40P01"),
    ("invalid input value for enum ", "22P02"),
    ("permission denied ", "42501"),
    ("must be owner of ", "42501"),
    ("terminating connection due to ", "57P01"),
];

impl From<Error> for DriverError {
    fn from(error: Error) -> Self {
        let new = match &error {
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                server,
            ) => Self::of_connection(server.message()),
            Error::DatabaseError(kind, server) => {
                let message = server.message();
                let sqlstate = match kind {
                    DatabaseErrorKind::ReadOnlyTransaction => Some("25006"),
                    DatabaseErrorKind::SerializationFailure => Some("40001"),
                    _ => MESSAGES
                        .into_iter()
                        .find(|(begin, _)| message.starts_with(begin))
                        .map(|(_, sqlstate)| sqlstate),
                };
                match sqlstate {
                    Some(sqlstate) => Self::of_server(sqlstate, message),
                    None => Self::new(message),
                }
            }
            Error::BrokenTransactionManager => Self::of_connection(&error),
            _ => Self::new(&error),
        };
        new.with_source(error)
    }
}
