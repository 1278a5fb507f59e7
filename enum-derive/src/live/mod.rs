//! Enums and a live database: whether the two agree, and making them.
//!
//! A [`Set`] of enums is [verified](Set::verify) with one query, whatever their number, and
//! [ensured](Set::ensure) by any number of processes at once.
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
//! Everything is sent by the simple query protocol (manual, 54.2.2), and nothing is prepared or kept on the
//! session. So it works behind a pooler in transaction mode.
//!
//! Whatever `search_path` is, nothing that a user has made is called by what looks at a database: no cast, operator or
//! function, and no view or policy. What creates and adds runs under the caller's own path.

extern crate alloc;
extern crate std;

mod ensure;
mod error;
mod fixtures;
mod policy;
mod read;
mod report;

pub use pg_enum_core::drift::{Column, Drift, Verdict};

pub use self::ensure::{Ensure, Ensured};
pub use self::error::Error;
pub use self::policy::{ExtraLabels, Policy};
pub use self::report::{Disagreement, Report};
use sqlx::{Executor, Postgres};

use crate::Set;

#[expect(
    clippy::manual_async_fn,
    reason = "that it is `Send` has to be said, as the compiler cannot tell it of any `Executor` from outside"
)]
impl Set<'_> {
    /// Compares all enums with a database, in one query and one round trip.
    ///
    /// `database` is a pool, a connection or a transaction. Whatever differs is an error; [`verify_with`] takes a
    /// policy for what may.
    ///
    /// An enum without a schema is looked up on `search_path`, as any statement would look it up. In a
    /// transaction at `REPEATABLE READ` or above, what is compared is the database as of its snapshot.
    ///
    /// # Errors
    ///
    /// - [`Error::Conflict`] if two enums give one type two definitions.
    /// - [`Error::Drift`], which lists every disagreement, each with the SQL that would settle it.
    /// - What keeps the database from answering.
    ///
    /// [`verify_with`]: Self::verify_with
    pub fn verify<'a, 'c: 'a>(
        &'a self,
        database: impl Executor<'c, Database = Postgres> + 'a,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async { self.verify_with(&Policy::new(), database).await }
    }

    /// [`verify`](Self::verify), except for what `policy` tolerates.
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
    /// Those of [`verify`](Self::verify), and [`Error::NoSchemas`] if the policy's schemas are none.
    pub fn verify_with<'a, 'c: 'a>(
        &'a self,
        policy: &'a Policy,
        database: impl Executor<'c, Database = Postgres> + 'a,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async {
            let report = self.report(policy, database).await?;
            if report.is_clean() { Ok(()) } else { Err(Error::Drift(report)) }
        }
    }

    /// All that enums and database disagree about, with what `policy` makes of it.
    ///
    /// # Errors
    ///
    /// Those of [`verify_with`](Self::verify_with), but for disagreements.
    pub fn report<'a, 'c: 'a>(
        &'a self,
        policy: &'a Policy,
        database: impl Executor<'c, Database = Postgres> + 'a,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        async {
            self.check().map_err(Error::Conflict)?;
            let definitions = self.definitions();
            let found = read::read(&definitions, policy, database).await?;
            Ok(Report::new(self, policy, &definitions, &found))
        }
    }
}
