//! What the derive of models calls.

use core::marker::PhantomData;

pub use pg_enum_core::column::Nullability::{Marked, Never, Nullable, Unknown};
use pg_enum_core::column::{Column, Holds, Nullability, PgType, TypeKey};

use crate::PgEnum;
use crate::model::ColumnType;

/// The output of a derive for a model.
#[derive(Debug)]
pub struct ModelFacts {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    pub columns_sql: &'static str,
    pub insert_columns: &'static [&'static str],
    pub insert_columns_sql: &'static str,
}

/// Tells what a type holds, if it says so: `Probe::<T>::HOLDS`.
///
/// Rust has no specialization on stable; but an associated constant of a type's own, which is there for types with the
/// trait alone, is found before that of a trait, which is there for all.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: ColumnType + ?Sized> Probe<T> {
    pub const HOLDS: Holds = T::HOLDS;
}

/// The constant of types that do not say what they hold.
pub trait Untold {
    const HOLDS: Holds = Holds::UNKNOWN;
}

impl<T: ?Sized> Untold for Probe<T> {}

/// Compares the type of a field with its column, as [`Column`] has it.
///
/// # Panics
///
/// If the field cannot hold the column. The message becomes the compile error, which stands where this is called.
#[track_caller]
pub const fn hold<const N: usize>(
    holds: Holds,
    keys: [TypeKey; N],
    nullability: Nullability,
    text: &str,
) {
    let column = Column { keys: &keys, nullability, text };
    if let Some(message) = column.disagreement(holds) {
        panic!("{}", message.as_str());
    }
}

const UNTOLD: &str = "the columns that an INSERT has to give are known only from the migrations; call \
    `pg_enum_build::check_migrations` in the build script, or list the columns yourself for a view, for a model with \
    `external`, and for a table whose columns cannot be told";

/// Refuses the use of a constant that only the migrations tell.
///
/// # Panics
///
/// Always.
#[track_caller]
#[must_use]
pub const fn untold_insert() -> &'static [&'static str] {
    panic!("{}", UNTOLD)
}

/// The same for its SQL.
///
/// # Panics
///
/// Always.
#[track_caller]
#[must_use]
pub const fn untold_insert_sql() -> &'static str {
    panic!("{}", UNTOLD)
}

/// The type of an enum.
#[must_use]
pub const fn type_of<E: PgEnum>() -> PgType {
    let definition = E::DEFINITION;
    match definition.schema {
        Some(schema) => PgType::in_schema(schema, definition.name),
        None => PgType::in_default_schema(definition.name),
    }
}

/// An enum as the type of a field.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_column_type {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> $crate::model::ColumnType for $($this)*
        $($where_clause)*
        {
            const HOLDS: $crate::model::Holds =
                $crate::model::Holds::one_of(&[$crate::__private0::type_of::<Self>()]);
        }
    };
}
