//! What a driver does for this module.
//!
//! Each driver has one small file: a [`Session`], and a [`Database`] for each type of the driver that one can be had
//! from.

use alloc::string::String;
use alloc::vec::Vec;

use pg_enum_core::drift::Query;

use super::{DriverError, alloc};

/// Something that a [`Set`](crate::Set) can be compared with: a pool, a connection or a transaction.
///
/// | driver | types |
/// |---|---|
/// | sqlx 0.9 (feature `sqlx`) and 0.8 (`sqlx-0_8`) | `&PgPool`, `&mut PgConnection`, `&mut PoolConnection<Postgres>`, `&mut Transaction<'_, Postgres>` |
/// | tokio-postgres (`tokio-postgres`) | `&mut Client`, `&mut Transaction<'_>` |
/// | diesel-async (`diesel-async`) | `&mut AsyncPgConnection` |
///
/// A connection of a pool that is not listed is dereferenced: `&mut **connection`. For a blocking
/// connection of Diesel, [`Set`](crate::Set) has functions of its own, such as `verify_blocking`.
///
/// If a future of [`Set`](crate::Set) is dropped before it is done, as by a timeout, sqlx and tokio-postgres roll its
/// transaction or savepoint back before the next statement. diesel-async cannot: the connection stays in the
/// transaction, and locks are kept until the connection is closed. The pools of diesel-async close such a connection
/// when it is returned; close any other one yourself.
///
/// It cannot be implemented outside this crate.
pub trait Database: Send + sealed::Sealed {
    /// The driver's connection, which the functions that [`create_all_with`](crate::Set::create_all_with) and
    /// [`drop_all_with`](crate::Set::drop_all_with) call use.
    type Connection: Send;
    /// The driver's error.
    type Error: Into<DriverError> + Send;
    #[doc(hidden)]
    type Session: Session<Connection = Self::Connection, Error = Self::Error>;
    #[doc(hidden)]
    fn session(self) -> impl Future<Output = Result<Self::Session, Self::Error>> + Send;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

/// A connection while it is in use.
///
/// If it is dropped in a transaction that it has begun, it rolls that transaction back as far as the driver can do so
/// without waiting.
pub trait Session: Send {
    type Connection;
    type Error: Into<DriverError> + Send;

    /// The connection.
    fn connection(&mut self) -> &mut Self::Connection;

    /// Whether the caller has begun a transaction.
    fn is_in_transaction(&mut self) -> bool;

    /// Begins a transaction at `READ COMMITTED`, or a savepoint in the caller's transaction.
    fn begin(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Commits what [`begin`](Self::begin) has begun.
    fn commit(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Rolls back what [`begin`](Self::begin) has begun.
    fn roll_back(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Runs any number of statements, and ignores rows.
    fn run(&mut self, sql: &str) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The rows of a query. Without a transaction, it is a transaction of its own.
    fn rows(
        &mut self,
        query: &Query,
    ) -> impl Future<Output = Result<Vec<String>, Self::Error>> + Send;
}
