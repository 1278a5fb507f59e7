//! SeaORM, in two versions.

use super::{Connect, Driver, Failure, Kept};

macro_rules! driver {
    ($driver:ident, $sea_orm:ident, $build:expr, $ask:ident) => {
        pub(crate) struct $driver(pub(crate) $sea_orm::DatabaseConnection);

        impl Connect for $driver {
            async fn connect(url: &str) -> Self {
                // One connection, which keeps its `search_path`.
                let mut options = $sea_orm::ConnectOptions::new(url);
                options.max_connections(1).sqlx_logging(false);
                let connection = $sea_orm::Database::connect(options).await;
                Self(connection.expect("the server takes connections"))
            }

            async fn run(&mut self, sql: &str) {
                use $sea_orm::ConnectionTrait;
                if let Err(error) = self.0.execute_unprepared(sql).await {
                    panic!("{error}\n{sql}");
                }
            }
        }

        impl $driver {
            async fn ask<T: $sea_orm::TryGetable>(
                &mut self,
                statement: $sea_orm::Statement,
            ) -> Kept<T> {
                use $sea_orm::ConnectionTrait;
                let row = self.0.$ask(statement).await.map_err(Failure::of)?;
                row.expect("a row").try_get_by_index(0).map_err(Failure::of)
            }

            /// Writes and reads as the statements of an entity do: with a cast to the type, and to `text`.
            async fn keep<T: $sea_orm::TryGetable>(
                &mut self,
                column: &str,
                value: $sea_orm::sea_query::SimpleExpr,
                read_as: &'static str,
            ) -> Kept<T> {
                use $sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
                let column = Alias::new(column);
                let read = ExprTrait::as_enum(Expr::col(column.clone()), Alias::new(read_as));
                let insert = Query::insert()
                    .into_table(Alias::new("kept"))
                    .columns([column])
                    .values_panic([value])
                    .returning(Query::returning().expr(read))
                    .to_owned();
                self.ask($build(&insert)).await
            }
        }

        impl<E> Driver<E> for $driver
        where
            E: $sea_orm::ActiveEnum + $sea_orm::TryGetable + $sea_orm::TryGetableArray,
            E: $sea_orm::sea_query::ValueType + $sea_orm::sea_query::Nullable,
            E: Into<$sea_orm::Value>,
            Vec<E>: Into<$sea_orm::Value>,
        {
            async fn one(&mut self, column: &str, value: E) -> Kept<E> {
                let value = value.as_enum();
                self.keep(column, value, "text").await
            }

            async fn maybe(&mut self, column: &str, value: Option<E>) -> Kept<Option<E>> {
                use $sea_orm::sea_query::{Expr, ExprTrait};
                let value = ExprTrait::as_enum(Expr::val(value), E::name());
                self.keep(column, value, "text").await
            }

            async fn many(&mut self, column: &str, values: Vec<E>) -> Kept<Vec<E>> {
                use $sea_orm::sea_query::{Alias, Expr, ExprTrait};
                let name = Alias::new(format!("{}[]", E::name().to_string()));
                let values = ExprTrait::as_enum(Expr::val(values), name);
                self.keep(column, values, "text[]").await
            }

            /// SeaORM has no value for an array with nulls.
            async fn holey(&mut self, _: &str, _: Vec<Option<E>>) -> Option<Kept<Vec<Option<E>>>> {
                None
            }

            async fn read(&mut self, sql: &str) -> Kept<E> {
                let postgres = $sea_orm::DbBackend::Postgres;
                self.ask($sea_orm::Statement::from_string(postgres, sql)).await
            }

            async fn read_text(&mut self, _: &str) -> Option<Kept<E>> {
                None
            }
        }
    };
}

driver!(
    SeaOrm1,
    sea_orm_1,
    |insert| sea_orm_1::DbBackend::Postgres.build::<sea_orm_1::sea_query::InsertStatement>(insert),
    query_one
);
driver!(
    SeaOrm2,
    sea_orm,
    |insert| sea_orm::DbBackend::Postgres.build::<sea_orm::sea_query::InsertStatement>(insert),
    query_one_raw
);
