//! sqlx, in three versions.

use super::{Connect, Driver, Failure, Kept, keeping};

macro_rules! driver {
    ($driver:ident, $sqlx:ident, $sql:path, $raw:path) => {
        pub(crate) struct $driver($sqlx::PgConnection);

        impl Connect for $driver {
            async fn connect(url: &str) -> Self {
                let connection = <$sqlx::PgConnection as $sqlx::Connection>::connect(url).await;
                Self(connection.expect("the server takes connections"))
            }

            async fn run(&mut self, sql: &str) {
                use $sqlx::Executor;
                if let Err(error) = self.0.execute($raw(sql)).await {
                    panic!("{error}\n{sql}");
                }
            }
        }

        impl $driver {
            async fn keep<T>(&mut self, column: &str, value: T) -> Kept<T>
            where
                T: $sqlx::Type<$sqlx::Postgres> + Send + Unpin + 'static,
                T: for<'q> $sqlx::Encode<'q, $sqlx::Postgres>,
                T: for<'r> $sqlx::Decode<'r, $sqlx::Postgres>,
            {
                let sql = keeping(column);
                let query = $sqlx::query_scalar($sql(&*sql)).bind(value);
                query.fetch_one(&mut self.0).await.map_err(Failure::of)
            }
        }

        impl<E> Driver<E> for $driver
        where
            E: $sqlx::Type<$sqlx::Postgres> + $sqlx::postgres::PgHasArrayType,
            E: for<'q> $sqlx::Encode<'q, $sqlx::Postgres>,
            E: for<'r> $sqlx::Decode<'r, $sqlx::Postgres>,
            E: Send + Unpin + 'static,
        {
            async fn one(&mut self, column: &str, value: E) -> Kept<E> {
                self.keep(column, value).await
            }

            async fn maybe(&mut self, column: &str, value: Option<E>) -> Kept<Option<E>> {
                self.keep(column, value).await
            }

            async fn many(&mut self, column: &str, values: Vec<E>) -> Kept<Vec<E>> {
                self.keep(column, values).await
            }

            async fn holey(
                &mut self,
                column: &str,
                values: Vec<Option<E>>,
            ) -> Option<Kept<Vec<Option<E>>>> {
                Some(self.keep(column, values).await)
            }

            async fn read(&mut self, sql: &str) -> Kept<E> {
                $sqlx::query_scalar($sql(sql)).fetch_one(&mut self.0).await.map_err(Failure::of)
            }

            async fn read_text(&mut self, sql: &str) -> Option<Kept<E>> {
                use $sqlx::{Executor, Row};
                let row = self.0.fetch_one($raw(sql)).await;
                Some(row.and_then(|row| row.try_get(0)).map_err(Failure::of))
            }
        }
    };
}

fn unchanged(sql: &str) -> &str {
    sql
}

fn raw(sql: &str) -> sqlx::RawSql {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
}

driver!(Sqlx07, sqlx_0_7, unchanged, unchanged);
driver!(Sqlx08, sqlx_0_8, unchanged, unchanged);
driver!(Sqlx09, sqlx, sqlx::AssertSqlSafe, raw);
