//! Structs whose fields hold columns, and the types that fields can have.
//!
//! [`#[derive(PgModel)]`](macro@crate::PgModel) compares the type of each field with the type of its column, by what
//! [`ColumnType`] says of it. So an alias, a type parameter that is filled in, or a wrapper in a wrapper is compared as
//! what it is. A type without the trait is not compared.
//!
//! # What types hold
//!
//! | Rust | PostgreSQL |
//! |---|---|
//! | an enum with [`PgEnum`](trait@crate::PgEnum) | exactly its type; without a `schema`, in the first schema of `search_path` |
//! | `bool` | `boolean` |
//! | `i8` | `"char"` |
//! | `i16`, `i32`, `i64`, and their `NonZero` types | `smallint`, `integer`, `bigint` |
//! | `u32` | `oid` |
//! | `f32`, `f64` | `real`, `double precision` |
//! | `str`, `String` | `text`, `character varying`, `character`, `name`, `citext`, `ltree`, `lquery`, `ltxtquery` |
//! | `[u8]`, `Vec<u8>`, `[u8; N]` | `bytea` |
//! | `[T]`, `Vec<T>`, `[T; N]` | the array of what `T` holds |
//! | `Option<T>` | what `T` holds, and NULL |
//! | `&T`, `Box<T>`, `Rc<T>`, `Arc<T>`, `Cow<T>` | what `T` holds |
//! | `core::time::Duration` | `interval` |
//! | `core::net::IpAddr` | `inet`, `cidr` |
//! | `std::time::SystemTime`, with the feature `diesel` or `postgres` | `timestamp`, `timestamp with time zone` |
//!
//! And the types of these crates, each with the feature of the same name:
//!
//! | feature | Rust | PostgreSQL |
//! |---|---|---|
//! | `bigdecimal` | `BigDecimal` | `numeric` |
//! | `bit-vec` | `BitVec` | `bit`, `bit varying` |
//! | `chrono` | `NaiveDate`, `NaiveTime`, `NaiveDateTime`, `DateTime<Tz>`, `TimeDelta` | `date`, `time`, `timestamp`, `timestamp with time zone`, `interval` |
//! | `ipnetwork` | `IpNetwork` | `inet`, `cidr` |
//! | `json` | `serde_json::Value`, and sqlx's `Json<T>` | `json`, `jsonb` |
//! | `mac_address` | `MacAddress` | `macaddr` |
//! | `rust_decimal` | `Decimal` | `numeric` |
//! | `time` | `Date`, `Time`, `PrimitiveDateTime`, `OffsetDateTime`, `Duration` | `date`, `time`, `timestamp`, `timestamp with time zone`, `interval` |
//! | `uuid` | `Uuid` | `uuid` |
//!
//! With the feature `diesel`, `NaiveDateTime` and `PrimitiveDateTime` also hold `timestamp with time zone`, and `u8`,
//! `[u8; 6]` and `[u8; 8]` hold `"char"`, `macaddr` and `macaddr8`. The features of sqlx add its own types, as far as they
//! are of one type of PostgreSQL.
//!
//! The table has what any of the drivers decodes a type from (sqlx-postgres `src/types`, postgres-types `src/lib.rs`,
//! Diesel `src/pg/types`): a driver can refuse more. A domain is what its base type is, because that is what the server
//! tells the driver; so an enum holds a domain over its type.
//!
//! # Types of your own
//!
//! ```
//! use pg_enum::model::{ColumnType, Holds, PgType};
//!
//! /// As `#[sqlx(transparent)]` has it.
//! struct OrderId(i64);
//!
//! impl ColumnType for OrderId {
//!     const HOLDS: Holds = i64::HOLDS;
//! }
//!
//! struct Point(f64, f64);
//!
//! impl ColumnType for Point {
//!     const HOLDS: Holds = Holds::one_of(&[PgType::built_in("point")]);
//! }
//! ```

mod built_in;
mod foreign;
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8", feature = "sqlx-0_7"))]
mod sqlx;
#[cfg(test)]
mod tests;

pub use pg_enum_core::column::{Holds, PgType};

use crate::__private0::ModelFacts;

/// A type that a field can have, and the types of columns that it is decoded from.
///
/// The [module](self) has a table of the types that implement it.
pub trait ColumnType {
    /// What a value of it is decoded from.
    const HOLDS: Holds;

    /// What a slice or `Vec` of it is decoded from: the array, except for `u8`, of which it is `bytea`.
    const ARRAY_HOLDS: Holds = Self::HOLDS.array();
}

/// A struct that is a row of a table.
///
/// Implement it only with [`#[derive(PgModel)]`](macro@crate::PgModel), which compares the struct with the migrations.
/// Every constant is computed at compile time.
///
/// ```
/// use pg_enum::PgModel;
///
/// #[derive(PgModel)]
/// #[pg_model(table = "orders", schema = "app")]
/// struct Order {
///     id: i64,
///     #[pg_model(column = "Note")]
///     note: Option<String>,
/// }
///
/// assert_eq!(Order::TABLE, "app.orders");
/// assert_eq!(Order::COLUMNS, ["id", "Note"]);
/// assert_eq!(
///     format!("SELECT {} FROM {} WHERE id = $1", Order::COLUMNS_SQL, Order::TABLE),
///     "SELECT id, \"Note\" FROM app.orders WHERE id = $1"
/// );
/// ```
pub trait PgModel {
    /// The output of the derive. The constants below are parts of it.
    #[doc(hidden)]
    const __FACTS: ModelFacts;

    /// The table's name, with its schema if the struct gives one, quoted where PostgreSQL requires it.
    const TABLE: &'static str = Self::__FACTS.table;

    /// The columns of the fields, in order, as PostgreSQL stores their names.
    ///
    /// Fields that are no columns are left out, and so are those of a flattened field: add the constant of its struct
    /// to the query. A column that the row may lack (`#[sqlx(default)]`) is left out if the migrations show that the
    /// table lacks it.
    const COLUMNS: &'static [&'static str] = Self::__FACTS.columns;

    /// The same, quoted where PostgreSQL requires it and separated by commas.
    const COLUMNS_SQL: &'static str = Self::__FACTS.columns_sql;

    /// Those of the columns that an `INSERT` has to give: without a default, not an identity and not generated.
    ///
    /// Only the migrations tell this. Where they do not (without the build script, with `external`, for a view, and for
    /// a table whose columns cannot be told), the use of this constant is a compile error, because another list would
    /// be another `INSERT`.
    const INSERT_COLUMNS: &'static [&'static str] = Self::__FACTS.insert_columns;

    /// The same, quoted where PostgreSQL requires it and separated by commas.
    const INSERT_COLUMNS_SQL: &'static str = Self::__FACTS.insert_columns_sql;
}
