//! SeaORM's traits, for each of its versions.
//!
//! SeaORM binds a label as a text and casts it to the type (`CAST($1 AS "mood")`), and reads a column with a cast to
//! `text`. It writes the type's name between quotes without a look at it, so a qualified name has quotes within:
//! `app"."mood`. `DeriveActiveEnum` knows no schema, and casts to a type in `search_path`.
//!
//! A statement of the application's own may return the enum without a cast. Then sqlx reads it.

/// The traits of one version of SeaORM, whose items are in the module with this name.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sea_orm {
    ($version:ident [$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::IntoEnumIterator for $($this)*
        $($where_clause)*
        {
            type Iterator = $crate::__private0::$version::Variants<Self>;
            fn iter() -> Self::Iterator {
                $crate::__private0::$version::variants()
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::ActiveEnum for $($this)*
        $($where_clause)*
        {
            type Value = $crate::__private0::$version::Label;
            type ValueVec = $crate::__private0::$version::Labels;
            fn name() -> $crate::__private0::$version::DynIden {
                $crate::__private0::$version::name::<Self>()
            }
            fn to_value(&self) -> $crate::__private0::$version::Label {
                $crate::__private0::$version::to_label(self)
            }
            fn try_from_value(
                __label: &$crate::__private0::$version::Label,
            ) -> $crate::__private0::$version::Converted<Self> {
                $crate::__private0::$version::from_label(__label)
            }
            fn db_type() -> $crate::__private0::$version::ColumnDef {
                $crate::__private0::$version::column_def::<Self>()
            }
        }
        #[automatically_derived]
        impl<$($generics)*> ::core::convert::From<$($this)*> for $crate::__private0::$version::Value
        $($where_clause)*
        {
            fn from(__value: $($this)*) -> Self {
                $crate::__private0::$version::to_value(&__value)
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::ValueType for $($this)*
        $($where_clause)*
        {
            fn try_from(
                __value: $crate::__private0::$version::Value,
            ) -> ::core::result::Result<Self, $crate::__private0::$version::ValueTypeErr> {
                $crate::__private0::$version::from_value(__value)
            }
            fn type_name() -> $crate::__private0::$version::String {
                $crate::__private0::$version::rust_name::<Self>()
            }
            fn array_type() -> $crate::__private0::$version::ArrayType {
                $crate::__private0::$version::array_type::<Self>()
            }
            fn column_type() -> $crate::__private0::$version::ColumnType {
                $crate::__private0::$version::column_type::<Self>()
            }
            fn enum_type_name() -> $crate::__private0::Option<&'static $crate::__private0::str> {
                $crate::__private0::Some($crate::__private0::$version::inner_name::<Self>())
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::Nullable for $($this)*
        $($where_clause)*
        {
            fn null() -> $crate::__private0::$version::Value {
                $crate::__private0::$version::null::<Self>()
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::NotU8 for $($this)* $($where_clause)* {}
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::IntoActiveValue<Self> for $($this)*
        $($where_clause)*
        {
            fn into_active_value(self) -> $crate::__private0::$version::ActiveValue<Self> {
                $crate::__private0::$version::ActiveValue::Set(self)
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::TryGetable for $($this)*
        $($where_clause)*
        {
            fn try_get_by<__I: $crate::__private0::$version::ColIdx>(
                __result: &$crate::__private0::$version::QueryResult,
                __index: __I,
            ) -> $crate::__private0::$version::Got<Self> {
                $crate::__private0::$version::get(__result, __index)
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::TryGetableArray for $($this)*
        $($where_clause)*
        {
            fn try_get_by<__I: $crate::__private0::$version::ColIdx>(
                __result: &$crate::__private0::$version::QueryResult,
                __index: __I,
            ) -> $crate::__private0::$version::Got<$crate::__private0::$version::Vec<Self>> {
                $crate::__private0::$version::get_array(__result, __index)
            }
        }
    };
}

#[cfg(any(feature = "sea-orm", feature = "sea-orm-1"))]
mod variants {
    use core::fmt;
    use core::iter::FusedIterator;
    use core::slice;

    use crate::PgEnum;

    /// The variants with a label, in order. Each is made from its label, since an enum need not be `Clone`.
    pub struct Variants<E> {
        labels: slice::Iter<'static, &'static str>,
        variant: fn(&[u8]) -> Option<E>,
    }

    #[must_use]
    pub fn variants<E: PgEnum>() -> Variants<E> {
        Variants { labels: E::LABELS.iter(), variant: E::from_label_bytes }
    }

    impl<E> fmt::Debug for Variants<E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_list().entries(self.labels.clone()).finish()
        }
    }

    impl<E> Clone for Variants<E> {
        fn clone(&self) -> Self {
            Self { labels: self.labels.clone(), variant: self.variant }
        }
    }

    // Each label has a variant, so none of the calls returns `None` early.
    impl<E> Iterator for Variants<E> {
        type Item = E;

        fn next(&mut self) -> Option<E> {
            self.labels.next().and_then(|label| (self.variant)(label.as_bytes()))
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            self.labels.size_hint()
        }
    }

    impl<E> DoubleEndedIterator for Variants<E> {
        fn next_back(&mut self) -> Option<E> {
            self.labels.next_back().and_then(|label| (self.variant)(label.as_bytes()))
        }
    }

    impl<E> ExactSizeIterator for Variants<E> {}
    impl<E> FusedIterator for Variants<E> {}
}
#[cfg(any(feature = "sea-orm", feature = "sea-orm-1"))]
pub use self::variants::*;

/// The module of one version, from its crate, the core of its version of sqlx, and our module for that version.
#[cfg(any(feature = "sea-orm", feature = "sea-orm-1"))]
macro_rules! codec {
    ($sea_orm:ident, $sqlx_core:ident, $sqlx:ident) => {
        extern crate alloc;

        use alloc::borrow::ToOwned;
        use alloc::boxed::Box;
        pub use alloc::string::String;
        pub use alloc::vec::Vec;
        use core::error::Error;

        use $sea_orm::RuntimeErr;
        use $sea_orm::entity::prelude::ColumnTypeTrait;
        pub use $sea_orm::sea_query::{
            ArrayType, ColumnType, DynIden, Nullable, Value, ValueType, ValueTypeErr,
        };
        pub use $sea_orm::strum::IntoEnumIterator;
        pub use $sea_orm::{
            ActiveEnum, ActiveValue, ColIdx, ColumnDef, DbErr, IntoActiveValue, QueryResult,
            TryGetError, TryGetable, TryGetableArray,
        };
        use $sqlx_core as sqlx;
        use $sqlx_core::row::Row;
        use $sqlx_core::value::ValueRef;

        use crate::__private0::errors::{Unread, not_ours};
        pub use crate::__private0::sea_orm::{Variants, variants};
        use crate::__private0::$sqlx::{Decode, Postgres, Type};
        use crate::{PgEnum, UnknownLabel};

        pub type Converted<E> = Result<E, DbErr>;
        pub type Got<T> = Result<T, TryGetError>;

        /// The type's name without its outer quotes, which SeaORM writes.
        #[must_use]
        pub fn inner_name<E: PgEnum>() -> &'static str {
            E::__DERIVED.inner_sql
        }

        #[must_use]
        pub fn rust_name<E: PgEnum>() -> String {
            core::any::type_name::<E>().to_owned()
        }

        #[must_use]
        pub fn name<E: PgEnum>() -> DynIden {
            iden(inner_name::<E>())
        }

        #[must_use]
        pub fn column_type<E: PgEnum>() -> ColumnType {
            let variants = E::LABELS.iter().map(|label| iden(label)).collect();
            ColumnType::Enum { name: name::<E>(), variants }
        }

        #[must_use]
        pub fn column_def<E: PgEnum>() -> ColumnDef {
            column_type::<E>().def()
        }

        /// # Errors
        ///
        /// [`UnknownLabel`], as the source of `DbErr::TryIntoErr`.
        fn parse<E: PgEnum>(label: &str) -> Converted<E> {
            E::from_label(label).map_err(unread::<E>)
        }

        fn unread<E>(unknown: UnknownLabel) -> DbErr {
            DbErr::TryIntoErr {
                from: "label",
                into: core::any::type_name::<E>(),
                source: Box::<dyn Error + Send + Sync>::from(Unread(unknown)).into(),
            }
        }

        /// # Errors
        ///
        /// SeaORM's own, and [`UnknownLabel`] as the source of `DbErr::TryIntoErr`.
        pub fn get<E, I: ColIdx>(result: &QueryResult, index: I) -> Got<E>
        where
            E: PgEnum + Type<Postgres> + for<'r> Decode<'r, Postgres>,
        {
            if let Some(decoded) = decode::<E, _, _>(result, index) {
                return decoded;
            }
            let label = <String as TryGetable>::try_get_by(result, index)?;
            Ok(parse(&label)?)
        }

        /// # Errors
        ///
        /// As of [`get`].
        pub fn get_array<E, I: ColIdx>(result: &QueryResult, index: I) -> Got<Vec<E>>
        where
            E: PgEnum,
            Vec<E>: Type<Postgres> + for<'r> Decode<'r, Postgres>,
        {
            if let Some(decoded) = decode::<E, _, _>(result, index) {
                return decoded;
            }
            let labels = <Vec<String> as TryGetable>::try_get_by(result, index)?;
            labels.iter().map(|label| Ok(parse(label)?)).collect()
        }

        /// The value, if the column has the enum's own type: in a statement that the application has written, and not
        /// in SeaORM's, which cast to `text`.
        fn decode<E, T, I: ColIdx>(result: &QueryResult, index: I) -> Option<Got<T>>
        where
            T: Type<Postgres> + for<'r> Decode<'r, Postgres>,
        {
            let row = result.try_as_pg_row()?;
            let value = row.try_get_raw(index.as_sqlx_postgres_index()).ok()?;
            if value.is_null() || !T::compatible(&value.type_info()) {
                return None;
            }
            let decoded = row.try_get(index.as_sqlx_postgres_index());
            Some(decoded.map_err(|error| {
                let error = match &error {
                    sqlx::Error::ColumnDecode { source, .. } => match source.downcast_ref() {
                        Some(unknown) => unread::<E>(*unknown),
                        None => DbErr::Query(RuntimeErr::SqlxError(error.into())),
                    },
                    _ => DbErr::Query(RuntimeErr::SqlxError(error.into())),
                };
                error.into()
            }))
        }
    };
}
#[cfg(any(feature = "sea-orm", feature = "sea-orm-1"))]
pub(super) use codec;
