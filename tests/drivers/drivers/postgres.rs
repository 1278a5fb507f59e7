//! tokio-postgres, for all that is built on postgres-types.

use postgres_types::{FromSqlOwned, ToSql};
use tokio_postgres::{Client, NoTls};

use super::{Connect, Driver, Failure, Kept, keeping};

pub(crate) struct TokioPostgres(pub(crate) Client);

impl Connect for TokioPostgres {
    async fn connect(url: &str) -> Self {
        let (client, connection) =
            tokio_postgres::connect(url, NoTls).await.expect("the server takes connections");
        // It ends with the client.
        tokio::spawn(connection);
        Self(client)
    }

    async fn run(&mut self, sql: &str) {
        if let Err(error) = self.0.batch_execute(sql).await {
            panic!("{error:?}\n{sql}");
        }
    }
}

impl TokioPostgres {
    async fn keep<T: ToSql + FromSqlOwned + Sync>(&mut self, column: &str, value: T) -> Kept<T> {
        let row = self.0.query_one(&keeping(column), &[&value]).await;
        row.and_then(|row| row.try_get(0)).map_err(Failure::of)
    }
}

impl<E: ToSql + FromSqlOwned + Sync> Driver<E> for TokioPostgres {
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
        let row = self.0.query_one(sql, &[]).await;
        row.and_then(|row| row.try_get(0)).map_err(Failure::of)
    }

    /// `simple_query` returns strings.
    async fn read_text(&mut self, _: &str) -> Option<Kept<E>> {
        None
    }
}
