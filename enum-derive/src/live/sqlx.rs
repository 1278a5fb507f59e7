//! sqlx: one macro for all of its versions that have the same interface.

/// What a borrowed connection can be had from.
macro_rules! borrowed {
    ($($owner:ty),*) => {$(
        impl Sealed for &mut $owner {}
        impl<'c> Database for &'c mut $owner {
            type Connection = PgConnection;
            type Error = Error;
            type Session = SqlxSession<&'c mut PgConnection>;
            async fn session(self) -> Result<Self::Session, Error> {
                Ok(SqlxSession::new(self))
            }
        }
    )*};
}

macro_rules! sqlx {
    ($core:ident, $postgres:ident, $sql:path, $begin:path) => {
        use alloc::boxed::Box;
        use alloc::string::{String, ToString};
        use alloc::vec::Vec;
        use core::ops::DerefMut;

        use pg_enum_core::drift::Query;
        use $core::Error;
        use $core::executor::Executor;
        use $core::pool::{Pool, PoolConnection};
        use $core::raw_sql::raw_sql;
        use $core::row::Row;
        use $core::transaction::{Transaction, TransactionManager};
        use $core::value::ValueRef;
        use $postgres::{PgConnection, PgTransactionManager, Postgres};

        use crate::live::session::{Database, Session, sealed::Sealed};
        use crate::live::{DriverError, alloc};

        /// A connection, owned or borrowed.
        pub struct SqlxSession<C: DerefMut<Target = PgConnection>> {
            connection: C,
            has_begun: bool,
        }

        impl<C: DerefMut<Target = PgConnection>> SqlxSession<C> {
            fn new(connection: C) -> Self {
                Self { connection, has_begun: false }
            }
        }

        impl<C: DerefMut<Target = PgConnection>> Drop for SqlxSession<C> {
            fn drop(&mut self) {
                if self.has_begun {
                    // The driver sends it before the next statement.
                    PgTransactionManager::start_rollback(&mut self.connection);
                }
            }
        }

        impl<C: DerefMut<Target = PgConnection> + Send> Session for SqlxSession<C> {
            type Connection = PgConnection;
            type Error = Error;

            fn connection(&mut self) -> &mut PgConnection {
                &mut self.connection
            }

            fn is_in_transaction(&mut self) -> bool {
                PgTransactionManager::get_transaction_depth(&self.connection) > 0
            }

            async fn begin(&mut self) -> Result<(), Error> {
                let begin = (!self.is_in_transaction())
                    .then(|| $begin("BEGIN ISOLATION LEVEL READ COMMITTED"));
                PgTransactionManager::begin(&mut self.connection, begin).await?;
                self.has_begun = true;
                Ok(())
            }

            async fn commit(&mut self) -> Result<(), Error> {
                PgTransactionManager::commit(&mut self.connection).await?;
                self.has_begun = false;
                Ok(())
            }

            async fn roll_back(&mut self) -> Result<(), Error> {
                PgTransactionManager::rollback(&mut self.connection).await?;
                self.has_begun = false;
                Ok(())
            }

            async fn run(&mut self, sql: &str) -> Result<(), Error> {
                (&mut *self.connection).execute(raw_sql($sql(sql))).await.map(drop)
            }

            async fn rows(&mut self, query: &Query) -> Result<Vec<String>, Error> {
                let sql = query.to_string();
                let rows = (&mut *self.connection).fetch_all(raw_sql($sql(&*sql))).await?;
                let text = |row: &$postgres::PgRow| {
                    let text = row.try_get_raw(0)?;
                    if text.is_null() {
                        return Ok(String::new());
                    }
                    text.as_str().map(String::from).map_err(Error::Decode)
                };
                rows.iter().map(text).collect()
            }
        }

        impl Sealed for &Pool<Postgres> {}
        impl Database for &Pool<Postgres> {
            type Connection = PgConnection;
            type Error = Error;
            type Session = SqlxSession<PoolConnection<Postgres>>;
            async fn session(self) -> Result<Self::Session, Error> {
                // Its state is large, and would be part of each future that waits for it.
                Box::pin(self.acquire()).await.map(SqlxSession::new)
            }
        }

        borrowed!(PgConnection, PoolConnection<Postgres>, Transaction<'_, Postgres>);

        impl From<Error> for DriverError {
            fn from(error: Error) -> Self {
                let new = match &error {
                    Error::Database(server) => match server.code() {
                        Some(code) => Self::of_server(&code, server.message()),
                        None => Self::new(server.message()),
                    },
                    Error::Io(_)
                    | Error::Tls(_)
                    | Error::Protocol(_)
                    | Error::PoolTimedOut
                    | Error::PoolClosed
                    | Error::WorkerCrashed => Self::of_connection(&error),
                    _ => Self::new(&error),
                };
                new.with_source(error)
            }
        }
    };
}

/// sqlx 0.9.
#[cfg(feature = "sqlx")]
pub(super) mod v0_9 {
    use sqlx_core::sql_str::{AssertSqlSafe, SqlStr};

    sqlx!(sqlx_core, sqlx_postgres, AssertSqlSafe, SqlStr::from_static);
}

/// sqlx 0.8.
#[cfg(feature = "sqlx-0_8")]
pub(super) mod v0_8 {
    sqlx!(sqlx_core_0_8, sqlx_postgres_0_8, core::convert::identity, alloc::borrow::Cow::Borrowed);
}
