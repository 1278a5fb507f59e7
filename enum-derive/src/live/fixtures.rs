//! Creates types before tables, and drops tables before types: for temporary test databases.

use alloc::string::{String, ToString};

use super::session::{Database, Session};
use super::{Error, alloc};
use crate::Set;

#[expect(
    clippy::manual_async_fn,
    reason = "`Send` must be explicit, because the compiler cannot infer it for a generic \
              `Database`"
)]
impl Set<'_> {
    /// Creates all types and then runs `tables`, in one transaction. `tables` is SQL with any number of statements,
    /// which may use the types.
    ///
    /// For the start of a test:
    ///
    /// ```no_run
    /// # use pg_enum::PgEnum;
    /// # #[derive(PgEnum)] enum Mood { Sad, Ok }
    /// # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// pg_enum::set![Mood].create_all(&pool, "CREATE TABLE person (mood mood NOT NULL)").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`PgEnum::CREATE_SQL`](crate::PgEnum::CREATE_SQL) and of `tables`.
    pub fn create_all<'a>(
        &'a self,
        database: impl Database + 'a,
        tables: &'a str,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async move {
            self.check().map_err(Error::Conflict)?;
            let mut session = database.session().await.map_err(Error::of)?;
            in_order(&mut session, [&self.create_sql(), tables]).await
        }
    }

    /// Creates all types, and then calls `tables`, which may use them, in the same transaction.
    ///
    /// ```no_run
    /// # use pg_enum::PgEnum;
    /// # #[derive(PgEnum)] enum Mood { Sad, Ok }
    /// # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// let tables = async |connection: &mut sqlx::PgConnection| {
    ///     sqlx::raw_sql("CREATE TABLE person (mood mood NOT NULL)").execute(connection).await.map(drop)
    /// };
    /// pg_enum::set![Mood].create_all_with(&pool, tables).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`create_all`](Self::create_all).
    pub async fn create_all_with<D: Database>(
        &self,
        database: D,
        tables: impl AsyncFnOnce(&mut D::Connection) -> Result<(), D::Error>,
    ) -> Result<(), Error> {
        self.check().map_err(Error::Conflict)?;
        let mut session = database.session().await.map_err(Error::of)?;
        session.begin().await.map_err(Error::of)?;
        let mut done = session.run(&self.create_sql()).await;
        if done.is_ok() {
            done = tables(session.connection()).await;
        }
        end(&mut session, done).await
    }

    /// The reverse: runs `tables`, which drops everything that uses the types, and then drops all types. If something
    /// still uses a type, this is an error, and nothing is dropped.
    ///
    /// # Errors
    ///
    /// The errors of `tables` and of [`PgEnum::DROP_SQL`](crate::PgEnum::DROP_SQL).
    pub fn drop_all<'a>(
        &'a self,
        database: impl Database + 'a,
        tables: &'a str,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        async move {
            let mut session = database.session().await.map_err(Error::of)?;
            in_order(&mut session, [tables, &self.drop_sql()]).await
        }
    }

    /// The reverse: calls `tables`, which drops everything that uses the types, and then drops all types.
    ///
    /// # Errors
    ///
    /// The errors of [`drop_all`](Self::drop_all).
    pub async fn drop_all_with<D: Database>(
        &self,
        database: D,
        tables: impl AsyncFnOnce(&mut D::Connection) -> Result<(), D::Error>,
    ) -> Result<(), Error> {
        let mut session = database.session().await.map_err(Error::of)?;
        session.begin().await.map_err(Error::of)?;
        let mut done = tables(session.connection()).await;
        if done.is_ok() {
            done = session.run(&self.drop_sql()).await;
        }
        end(&mut session, done).await
    }

    /// All texts in it are quoted.
    pub(super) fn create_sql(&self) -> String {
        self.iter().map(|it| it.definition().create_sql().to_string()).collect()
    }

    /// In the same order as elsewhere, because each statement takes a lock.
    pub(super) fn drop_sql(&self) -> String {
        self.iter().map(|it| it.definition().drop_sql().to_string()).collect()
    }
}

pub(super) async fn in_order(session: &mut impl Session, scripts: [&str; 2]) -> Result<(), Error> {
    session.begin().await.map_err(Error::of)?;
    let mut done = Ok(());
    for script in scripts {
        if done.is_ok() {
            done = session.run(script).await;
        }
    }
    end(session, done).await
}

/// Commits, or rolls back.
async fn end<S: Session>(session: &mut S, done: Result<(), S::Error>) -> Result<(), Error> {
    match done {
        Ok(()) => session.commit().await.map_err(Error::of),
        Err(error) => {
            // An error of the rollback would be a consequence of this error.
            let _ = session.roll_back().await;
            Err(Error::of(error))
        }
    }
}
