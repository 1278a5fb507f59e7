//! Creates types before tables, and drops tables before types: for temporary test databases.

use alloc::string::{String, ToString};

use sqlx_core::acquire::Acquire;
use sqlx_core::connection::Connection;
use sqlx_core::raw_sql::raw_sql;
use sqlx_core::sql_str::{AssertSqlSafe, SqlSafeStr, SqlStr};
use sqlx_postgres::{PgConnection, Postgres};

use super::{Error, alloc};
use crate::Set;

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
    pub fn create_all<'a, 'c: 'a>(
        &'a self,
        database: impl Acquire<'c, Database = Postgres> + Send + 'a,
        tables: impl SqlSafeStr,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        let tables = tables.into_sql_str();
        async {
            self.check().map_err(Error::Conflict)?;
            // All texts in it are quoted.
            let types = AssertSqlSafe(self.create_sql()).into_sql_str();
            in_order(database, [types, tables]).await
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
    pub async fn create_all_with<'c>(
        &self,
        database: impl Acquire<'c, Database = Postgres>,
        tables: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx_core::Error>,
    ) -> Result<(), Error> {
        self.check().map_err(Error::Conflict)?;
        let types = self.create_sql();
        in_transaction(database, async |connection| {
            // All texts in it are quoted.
            run(connection, AssertSqlSafe(types)).await?;
            tables(connection).await
        })
        .await
    }

    /// The reverse: runs `tables`, which drops everything that uses the types, and then drops all types. If something
    /// still uses a type, this is an error, and nothing is dropped.
    ///
    /// # Errors
    ///
    /// The errors of `tables` and of [`PgEnum::DROP_SQL`](crate::PgEnum::DROP_SQL).
    pub fn drop_all<'a, 'c: 'a>(
        &'a self,
        database: impl Acquire<'c, Database = Postgres> + Send + 'a,
        tables: impl SqlSafeStr,
    ) -> impl Future<Output = Result<(), Error>> + Send + 'a {
        let tables = tables.into_sql_str();
        // All texts in it are quoted.
        let types = AssertSqlSafe(self.drop_sql()).into_sql_str();
        in_order(database, [tables, types])
    }

    /// The reverse: calls `tables`, which drops everything that uses the types, and then drops all types.
    ///
    /// # Errors
    ///
    /// The errors of [`drop_all`](Self::drop_all).
    pub async fn drop_all_with<'c>(
        &self,
        database: impl Acquire<'c, Database = Postgres>,
        tables: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx_core::Error>,
    ) -> Result<(), Error> {
        let types = self.drop_sql();
        in_transaction(database, async |connection| {
            tables(connection).await?;
            // All texts in it are quoted.
            run(connection, AssertSqlSafe(types)).await
        })
        .await
    }

    fn create_sql(&self) -> String {
        self.iter().map(|it| it.definition().create_sql().to_string()).collect()
    }

    /// In the same order as elsewhere, because each statement takes a lock.
    fn drop_sql(&self) -> String {
        self.iter().map(|it| it.definition().drop_sql().to_string()).collect()
    }
}

async fn run(connection: &mut PgConnection, sql: impl SqlSafeStr) -> Result<(), sqlx_core::Error> {
    raw_sql(sql).execute(connection).await.map(drop)
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
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<(), sqlx_core::Error>,
) -> Result<(), Error> {
    let mut connection = database.acquire().await.map_err(Error::of)?;
    let mut transaction = Connection::begin(&mut *connection).await.map_err(Error::of)?;
    work(&mut transaction).await.map_err(Error::of)?;
    transaction.commit().await.map_err(Error::of)
}
