//! The types of Rust itself.

extern crate alloc;
#[cfg(any(feature = "diesel", feature = "postgres"))]
extern crate std;

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{ColumnType, Holds, PgType};

/// Implements [`ColumnType`] for types: what each holds, by the names in `pg_type`, and how messages show them.
macro_rules! hold {
    ($($ty:ty => $($name:literal $(as $sql:literal)?)|+;)*) => {
        $(impl $crate::model::ColumnType for $ty {
            const HOLDS: $crate::model::Holds = $crate::model::Holds::one_of(&[
                $($crate::model::PgType::built_in($name)$(.shown_as($sql))?),+
            ]);
        })*
    };
}
pub(super) use hold;

hold! {
    bool => "bool" as "boolean";
    i8 => "char" as "\"char\"";
    i16 => "int2" as "smallint";
    i32 => "int4" as "integer";
    i64 => "int8" as "bigint";
    core::num::NonZeroI8 => "char" as "\"char\"";
    core::num::NonZeroI16 => "int2" as "smallint";
    core::num::NonZeroI32 => "int4" as "integer";
    core::num::NonZeroI64 => "int8" as "bigint";
    u32 => "oid";
    f32 => "float4" as "real";
    f64 => "float8" as "double precision";
    core::time::Duration => "interval";
    core::net::IpAddr => "inet" | "cidr";
}

#[cfg(any(feature = "diesel", feature = "postgres"))]
hold! {
    std::time::SystemTime =>
        "timestamp" as "timestamp without time zone" | "timestamptz" as "timestamp with time zone";
}

/// The last three: postgres-types reads them as text.
impl ColumnType for str {
    const HOLDS: Holds = Holds::one_of(&[
        PgType::built_in("text"),
        PgType::built_in("varchar").shown_as("character varying"),
        PgType::built_in("bpchar").shown_as("character"),
        PgType::built_in("name"),
        PgType::in_any_schema("citext"),
        PgType::in_any_schema("ltree"),
        PgType::in_any_schema("lquery"),
        PgType::in_any_schema("ltxtquery"),
    ]);
}

impl ColumnType for String {
    const HOLDS: Holds = str::HOLDS;
}

impl ColumnType for u8 {
    // Diesel reads a `"char"` as one. No other driver reads anything as a single byte.
    #[cfg(feature = "diesel")]
    const HOLDS: Holds = i8::HOLDS;
    #[cfg(not(feature = "diesel"))]
    const HOLDS: Holds = Holds::UNKNOWN;

    // Diesel reads the addresses as arrays of six and eight bytes.
    #[cfg(feature = "diesel")]
    const ARRAY_HOLDS: Holds = Holds::one_of(&[
        PgType::built_in("bytea"),
        PgType::built_in("macaddr"),
        PgType::built_in("macaddr8"),
    ]);
    #[cfg(not(feature = "diesel"))]
    const ARRAY_HOLDS: Holds = Holds::one_of(&[PgType::built_in("bytea")]);
}

impl<T: ColumnType> ColumnType for [T] {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType, const N: usize> ColumnType for [T; N] {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType> ColumnType for Vec<T> {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType> ColumnType for Option<T> {
    const HOLDS: Holds = T::HOLDS.or_null();
    const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
}

/// Pointers, which hold what they point to.
macro_rules! point {
    ($($(#[$attribute:meta])? $pointer:ty;)*) => {
        $($(#[$attribute])?
        impl<T: ColumnType + ?Sized> ColumnType for $pointer {
            const HOLDS: Holds = T::HOLDS;
            const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
        })*
    };
}

point! {
    &T;
    Box<T>;
    Rc<T>;
    #[cfg(target_has_atomic = "ptr")]
    Arc<T>;
}

impl<T: ColumnType + ToOwned + ?Sized> ColumnType for Cow<'_, T> {
    const HOLDS: Holds = T::HOLDS;
    const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
}
