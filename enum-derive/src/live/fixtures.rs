//! Types before tables, and tables before types: for databases that tests make and throw away.

use alloc::string::{String, ToString};

use sqlx::{Acquire, AssertSqlSafe, Connection, PgConnection, Postgres, SqlSafeStr, SqlStr};

use super::{Error, alloc};
use crate::Set;

impl Set<'_> {
    /// Creates all types, and then runs `tables`: SQL that may use them, of any number of statements, or none.
    /// All of it in one transaction.
    ///
    /// It is for the start of a test:
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
    /// Those of [`PgEnum::CREATE_SQL`](crate::PgEnum::CREATE_SQL) and of `tables`.
    pub fn create_all<'a, 'c: 'a>(
        &'a self,
        database: impl Acquire<'c, Database = Postgres> + Send + 'a,
        tables: impl SqlSafeStr,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        let tables = tables.into_sql_str();
        async {
            self.check().map_err(Error::Conflict)?;
            // Every text in it has been quoted.
            let types = AssertSqlSafe(self.create_sql()).into_sql_str();
            in_order(database, [types, tables]).await
        }
    }

    /// Creates all types, and then lets `tables` do what uses them, in the same transaction.
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
    /// Those of [`create_all`](Self::create_all).
    pub async fn create_all_with<'c>(
        &self,
        database: impl Acquire<'c, Database = Postgres>,
        tables: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx::Error>,
    ) -> Result<(), Error> {
        self.check().map_err(Error::Conflict)?;
        let types = self.create_sql();
        in_transaction(database, async |connection| {
            // Every text in it has been quoted.
            run(connection, AssertSqlSafe(types)).await?;
            tables(connection).await
        })
        .await
    }

    /// The reverse: runs `tables`, which drops what uses the types, and then drops all types. A type that
    /// something still uses is an error, and nothing is dropped.
    ///
    /// # Errors
    ///
    /// Those of `tables` and of [`PgEnum::DROP_SQL`](crate::PgEnum::DROP_SQL).
    pub fn drop_all<'a, 'c: 'a>(
        &'a self,
        database: impl Acquire<'c, Database = Postgres> + Send + 'a,
        tables: impl SqlSafeStr,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        let tables = tables.into_sql_str();
        // Every text in it has been quoted.
        let types = AssertSqlSafe(self.drop_sql()).into_sql_str();
        in_order(database, [tables, types])
    }

    /// The reverse: lets `tables` drop what uses the types, and then drops all types.
    ///
    /// # Errors
    ///
    /// Those of [`drop_all`](Self::drop_all).
    pub async fn drop_all_with<'c>(
        &self,
        database: impl Acquire<'c, Database = Postgres>,
        tables: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx::Error>,
    ) -> Result<(), Error> {
        let types = self.drop_sql();
        in_transaction(database, async |connection| {
            tables(connection).await?;
            // Every text in it has been quoted.
            run(connection, AssertSqlSafe(types)).await
        })
        .await
    }

    fn create_sql(&self) -> String {
        self.iter().map(|it| it.definition().create_sql().to_string()).collect()
    }

    /// In the same order, as each statement takes a lock.
    fn drop_sql(&self) -> String {
        self.iter().map(|it| it.definition().drop_sql().to_string()).collect()
    }
}

async fn run(connection: &mut PgConnection, sql: impl SqlSafeStr) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}

async fn in_order<'c>(
    database: impl Acquire<'c, Database = Postgres>,
    scripts: [SqlStr; 2],
) -> Result<(), Error> {
    let mut connection = database.acquire().await.map_err(Error::of)?;
    let mut transaction = Connection::begin(&mut *connection).await.map_err(Error::of)?;
    for script in scripts {
        run(&mut transaction, script).await.map_err(Error::of)?;
    }
    transaction.commit().await.map_err(Error::of)
}

async fn in_transaction<'c>(
    database: impl Acquire<'c, Database = Postgres>,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx::Error>,
) -> Result<(), Error> {
    let mut connection = database.acquire().await.map_err(Error::of)?;
    let mut transaction = Connection::begin(&mut *connection).await.map_err(Error::of)?;
    work(&mut transaction).await.map_err(Error::of)?;
    transaction.commit().await.map_err(Error::of)
}
