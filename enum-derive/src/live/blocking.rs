//! The same for blocking connections of Diesel.

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::time::Instant;

use diesel::connection::LoadConnection;
use diesel::pg::Pg;

use super::diesel::Blocking;
use super::fixtures::in_order;
use super::{DriverError, Ensure, Ensured, Error, Policy, Report, Smoke, SmokeReport, std};
use crate::Set;

impl Set<'_> {
    /// [`verify`](Self::verify) with a blocking connection of Diesel.
    ///
    /// ```no_run
    /// # use pg_enum::PgEnum;
    /// # #[derive(PgEnum)] enum Mood { Sad, Ok }
    /// # use diesel::{connection::LoadConnection, pg::Pg};
    /// fn start(connection: &mut impl LoadConnection<Backend = Pg>) -> Result<(), pg_enum::live::Error> {
    ///     pg_enum::set![Mood].verify_blocking(connection)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`verify`](Self::verify).
    pub fn verify_blocking(
        &self,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<(), Error> {
        self.report_blocking(&Policy::new(), connection)?.into_result()
    }

    /// [`verify_with`](Self::verify_with) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`verify_with`](Self::verify_with).
    pub fn verify_with_blocking(
        &self,
        policy: &Policy,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<(), Error> {
        self.report_blocking(policy, connection)?.into_result()
    }

    /// [`report`](Self::report) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`report`](Self::report).
    pub fn report_blocking(
        &self,
        policy: &Policy,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<Report, Error> {
        ready(self.report_on(policy, &mut Blocking::new(connection)))
    }

    /// [`ensure`](Self::ensure) with a blocking connection of Diesel.
    ///
    /// Diesel does not give the SQLSTATE of most errors. If the server's messages are not in English, a lock that is
    /// not free, a timeout and a missing privilege are [`Error::Database`], and a deadlock is not tried again.
    ///
    /// # Errors
    ///
    /// The errors of [`ensure`](Self::ensure).
    pub fn ensure_blocking(
        &self,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<Ensured, Error> {
        self.ensure_with_blocking(&Ensure::new(), connection)
    }

    /// [`ensure_with`](Self::ensure_with) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`ensure_blocking`](Self::ensure_blocking).
    pub fn ensure_with_blocking(
        &self,
        options: &Ensure,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<Ensured, Error> {
        ready(self.ensure_on(options, &mut Blocking::new(connection), Instant::now()))
    }

    /// [`smoke`](Self::smoke) with a blocking connection of Diesel.
    ///
    /// If the server's messages are not in English, a label that it refuses is none of
    /// [`SmokeReport::refused`], because Diesel does not give the SQLSTATE.
    ///
    /// # Errors
    ///
    /// The errors of [`smoke`](Self::smoke).
    pub fn smoke_blocking(
        &self,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<SmokeReport, Error> {
        self.smoke_with_blocking(&Smoke::new(), connection)
    }

    /// [`smoke_with`](Self::smoke_with) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`smoke_blocking`](Self::smoke_blocking).
    pub fn smoke_with_blocking(
        &self,
        options: &Smoke,
        connection: &mut impl LoadConnection<Backend = Pg>,
    ) -> Result<SmokeReport, Error> {
        ready(self.smoke_on(options, &mut Blocking::new(connection)))
    }

    /// [`create_all`](Self::create_all) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`create_all`](Self::create_all).
    pub fn create_all_blocking(
        &self,
        connection: &mut impl LoadConnection<Backend = Pg>,
        tables: &str,
    ) -> Result<(), Error> {
        self.check().map_err(Error::Conflict)?;
        ready(in_order(&mut Blocking::new(connection), [&self.create_sql(), tables]))
    }

    /// [`drop_all`](Self::drop_all) with a blocking connection of Diesel.
    ///
    /// # Errors
    ///
    /// The errors of [`drop_all`](Self::drop_all).
    pub fn drop_all_blocking(
        &self,
        connection: &mut impl LoadConnection<Backend = Pg>,
        tables: &str,
    ) -> Result<(), Error> {
        ready(in_order(&mut Blocking::new(connection), [tables, &self.drop_sql()]))
    }
}

/// The output of a future that never waits.
fn ready<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(Error::Database(DriverError::new("a blocking connection waits"))),
    }
}
