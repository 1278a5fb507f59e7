//! Diesel, over libpq.

use std::marker::PhantomData;

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::row::NamedRow;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType, Nullable, SingleValue, SqlType, is_nullable};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use super::{Connect, Driver, Failure, Kept, keeping};

pub(crate) struct Diesel(pub(crate) PgConnection);

/// An enum with its SQL type.
pub(crate) trait Typed {
    type Sql: 'static + QueryId + SingleValue + SqlType<IsNull = is_nullable::NotNull>;
}

impl Connect for Diesel {
    async fn connect(url: &str) -> Self {
        Self(PgConnection::establish(url).expect("the server takes connections"))
    }

    async fn run(&mut self, sql: &str) {
        if let Err(error) = self.0.batch_execute(sql) {
            panic!("{error}\n{sql}");
        }
    }
}

/// Before Diesel 2.3, its error has no source (`src/result.rs`, which implements `cause`): the sources begin in it.
pub(crate) fn failure(error: &diesel::result::Error) -> Failure {
    match error {
        #[cfg(not(feature = "sources"))]
        diesel::result::Error::DeserializationError(error) => Failure::walk(&**error),
        _ => Failure::walk(error),
    }
}

/// The column `value`, of the SQL type `S`.
struct Value<T, S>(T, PhantomData<S>);

impl<T: FromSql<S, Pg>, S> QueryableByName<Pg> for Value<T, S> {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self(NamedRow::get::<S, T>(row, "value")?, PhantomData))
    }
}

impl Diesel {
    fn keep<T, S>(&mut self, column: &str, value: T) -> Kept<T>
    where
        T: ToSql<S, Pg> + FromSql<S, Pg> + 'static,
        S: QueryId + SingleValue + 'static,
        Pg: HasSqlType<S>,
    {
        let query = sql_query(keeping(column)).bind::<S, T>(value);
        let value: Result<Value<T, S>, _> = query.get_result(&mut self.0);
        value.map(|value| value.0).map_err(|error| failure(&error))
    }
}

impl<E> Driver<E> for Diesel
where
    E: 'static + Typed + ToSql<E::Sql, Pg> + FromSql<E::Sql, Pg>,
    Pg: HasSqlType<E::Sql>,
    Option<E>: ToSql<Nullable<E::Sql>, Pg> + FromSql<Nullable<E::Sql>, Pg>,
    Vec<E>: ToSql<Array<E::Sql>, Pg> + FromSql<Array<E::Sql>, Pg>,
    Vec<Option<E>>: ToSql<Array<Nullable<E::Sql>>, Pg> + FromSql<Array<Nullable<E::Sql>>, Pg>,
{
    async fn one(&mut self, column: &str, value: E) -> Kept<E> {
        self.keep::<E, E::Sql>(column, value)
    }

    async fn maybe(&mut self, column: &str, value: Option<E>) -> Kept<Option<E>> {
        self.keep::<_, Nullable<E::Sql>>(column, value)
    }

    async fn many(&mut self, column: &str, values: Vec<E>) -> Kept<Vec<E>> {
        self.keep::<_, Array<E::Sql>>(column, values)
    }

    async fn holey(
        &mut self,
        column: &str,
        values: Vec<Option<E>>,
    ) -> Option<Kept<Vec<Option<E>>>> {
        Some(self.keep::<_, Array<Nullable<E::Sql>>>(column, values))
    }

    async fn read(&mut self, sql: &str) -> Kept<E> {
        let value: Result<Value<E, E::Sql>, _> = sql_query(sql).get_result(&mut self.0);
        value.map(|value| value.0).map_err(|error| failure(&error))
    }

    /// Diesel asks for the binary format always.
    async fn read_text(&mut self, _: &str) -> Option<Kept<E>> {
        None
    }
}
