//! The SQL type of an enum for Diesel.

use core::marker::PhantomData;

use ::diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use ::diesel::query_builder::QueryId;
use ::diesel::sql_types::{HasSqlType, SingleValue, SqlOrd, SqlType, is_nullable};

use crate::PgEnum;

/// The SQL type of the enum `E`, for `table!`.
///
/// ```
/// use diesel::prelude::*;
/// use pg_enum::PgEnum;
///
/// #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
/// #[pg_enum(schema = "app")]
/// pub enum Mood { Sad, Happy }
///
/// diesel::table! {
///     person (id) {
///         id -> Int4,
///         mood -> pg_enum::diesel::Sql<crate::Mood>,
///         past -> Array<pg_enum::diesel::Sql<crate::Mood>>,
///         wish -> Nullable<pg_enum::diesel::Sql<crate::Mood>>,
///     }
/// }
///
/// #[derive(Queryable, Insertable, AsChangeset)]
/// #[diesel(table_name = person)]
/// struct Person {
///     id: i32,
///     mood: Mood,
///     past: Vec<Mood>,
///     wish: Option<Mood>,
/// }
///
/// fn happy(connection: &mut impl diesel::connection::LoadConnection<Backend = diesel::pg::Pg>) -> QueryResult<Vec<Person>> {
///     person::table.filter(person::mood.eq(Mood::Happy)).load(connection)
/// }
/// # fn main() {}
/// ```
///
/// `diesel print-schema` writes a type of its own for each enum instead. Such a schema stays as it is: name the type
/// in the enum's attribute, `#[pg_enum(sql_type = crate::schema::sql_types::Mood)]`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sql<E>(PhantomData<E>);

impl<E: PgEnum> SqlType for Sql<E> {
    type IsNull = is_nullable::NotNull;
}

impl<E: PgEnum> SingleValue for Sql<E> {}

/// PostgreSQL sorts the values of an enum by the order of its labels.
impl<E: PgEnum> SqlOrd for Sql<E> {}

impl<E: PgEnum> QueryId for Sql<E> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<E: PgEnum> HasSqlType<Sql<E>> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> PgTypeMetadata {
        PgMetadataLookup::lookup_type(lookup, E::DEFINITION.name, E::DEFINITION.schema)
    }
}
