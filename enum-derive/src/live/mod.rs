//! Compares enums with a live database, creates missing types and labels, and tries labels in rows.
//!
//! [`Set::verify`] compares any number of enums with one query. [`Set::ensure`] can run in any number of processes at
//! once. [`Set::smoke`] tries a row for each label in each column, and takes all of them back.
//!
//! ```no_run
//! use pg_enum::PgEnum;
//!
//! #[derive(PgEnum)]
//! enum Mood { Sad, Ok }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = sqlx::PgPool::connect("postgres://localhost/app").await?;
//! let enums = pg_enum::set![Mood]; // or pg_enum::registry()
//!
//! // A service that starts: as many replicas as you like, all at once.
//! enums.ensure(&pool).await?;
//!
//! // Where migrations make the types, and the service only wants to know.
//! enums.verify(&pool).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It is the same with every driver; [`Database`] lists what can be given as the database. For a blocking connection of
//! Diesel, there is `Set::verify_blocking`, and so on.
//!
//! All statements use the simple query protocol (manual, 54.2.2), and nothing is prepared or kept on the session. So
//! they work behind a pooler in transaction mode. Diesel prepares the queries, but not under a name.
//!
//! The queries that read a database call no user-defined code, whatever `search_path` is: no cast, operator or
//! function, and no view or policy. Neither do the rows of a smoke test, unless that is asked for. The statements that
//! create types and add labels run under the caller's `search_path`.

extern crate alloc;
extern crate std;

#[cfg(feature = "diesel")]
mod blocking;
#[cfg(feature = "diesel")]
mod diesel;
#[cfg(feature = "diesel-async")]
mod diesel_async;
mod ensure;
mod error;
mod fixtures;
mod policy;
mod read;
mod report;
mod session;
mod smoke;
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
mod sqlx;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres;

pub use pg_enum_core::drift::{Column, Drift, Verdict};
pub use pg_enum_core::smoke::Unwritten;

pub use self::ensure::{Ensure, Ensured};
pub use self::error::{DriverError, Error};
pub use self::policy::{ExtraLabels, Policy};
pub use self::report::{Disagreement, Report};
pub use self::session::Database;
use self::session::Session;
pub use self::smoke::{Outcome, Refusal, Smoke, SmokeReport, SmokedEnum, SmokedLabel, Why};
use crate::Set;

#[expect(
    clippy::manual_async_fn,
    reason = "`Send` must be explicit, because the compiler cannot infer it for a generic \
              `Database`"
)]
impl Set<'_> {
    /// Compares all enums with a database, in one query and one round trip.
    ///
    /// Every difference is an error; [`verify_with`] takes a policy for differences to tolerate.
    ///
    /// An enum without a schema is looked up in `search_path`, as in any statement. In a transaction at `REPEATABLE
    /// READ` or above, the comparison uses the transaction's snapshot.
    ///
    /// # Errors
    ///
    /// - [`Error::Conflict`] if two enums define the same type differently.
    /// - [`Error::Drift`], which lists every difference, with the SQL that fixes it.
    /// - Errors of the connection and the database.
    ///
    /// [`verify_with`]: Self::verify_with
    pub fn verify<'a>(
        &'a self,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async { self.verify_with(&Policy::new(), database).await }
    }

    /// [`verify`](Self::verify), except for differences that `policy` tolerates.
    ///
    /// ```no_run
    /// # use pg_enum::PgEnum;
    /// use pg_enum::live::{ExtraLabels, Policy};
    ///
    /// # #[derive(PgEnum)] enum Mood { Sad, #[pg_enum(other)] Other(String) }
    /// # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// // While a deploy is under way, the database may be ahead of this program.
    /// let policy = Policy::new().extra_labels(ExtraLabels::WithOther);
    /// pg_enum::set![Mood].verify_with(&policy, &pool).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`verify`](Self::verify), and [`Error::NoSchemas`] if no schema matches the policy.
    pub fn verify_with<'a>(
        &'a self,
        policy: &'a Policy,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async { self.report(policy, database).await?.into_result() }
    }

    /// All differences between the enums and the database, and whether `policy` tolerates them.
    ///
    /// # Errors
    ///
    /// The errors of [`verify_with`](Self::verify_with), except [`Error::Drift`].
    pub fn report<'a>(
        &'a self,
        policy: &'a Policy,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        async {
            let mut session = database.session().await.map_err(Error::of)?;
            self.report_on(policy, &mut session).await
        }
    }

    async fn report_on(
        &self,
        policy: &Policy,
        session: &mut impl Session,
    ) -> Result<Report, Error> {
        self.check().map_err(Error::Conflict)?;
        let definitions = self.definitions();
        let found = read::read(&definitions, policy, session).await?;
        Ok(Report::new(self, policy, &definitions, &found))
    }
}
