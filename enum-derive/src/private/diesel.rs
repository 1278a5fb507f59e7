//! Diesel's traits, for the back end `Pg`.
//!
//! Diesel looks up the OID of an SQL type when it binds a value, by name and schema, or through `search_path` without
//! a schema, and caches it for the connection. Values are read without a look at their type.

#[cfg(feature = "diesel")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_diesel {
    ($generics:tt [$($this:tt)*] $where_clause:tt) => {
        $crate::__pg_enum_diesel! { $generics [$($this)*] $where_clause [$crate::diesel::Sql<$($this)*>] }
    };
    ([$($generics:tt)*] [$($this:tt)*] [$(where $($predicates:tt)*)?] [$($sql_type:tt)*]) => {
        // `ToSql` requires `Debug`: see the macro for postgres-types.
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::diesel::ToSql<$($sql_type)*, $crate::__private0::diesel::Pg>
            for $($this)*
        where
            for<'__debug> Self: ::core::fmt::Debug,
            $($($predicates)*)?
        {
            fn to_sql<'__b>(
                &'__b self,
                __out: &mut $crate::__private0::diesel::Output<'__b, '_, $crate::__private0::diesel::Pg>,
            ) -> $crate::__private0::diesel::Written {
                $crate::__private0::diesel::write(self, __out)
            }
        }
        #[automatically_derived]
        impl<$($generics)*>
            $crate::__private0::diesel::ToSql<
                $crate::__private0::diesel::Nullable<$($sql_type)*>,
                $crate::__private0::diesel::Pg,
            > for $($this)*
        where
            for<'__debug> Self: ::core::fmt::Debug,
            $($($predicates)*)?
        {
            fn to_sql<'__b>(
                &'__b self,
                __out: &mut $crate::__private0::diesel::Output<'__b, '_, $crate::__private0::diesel::Pg>,
            ) -> $crate::__private0::diesel::Written {
                $crate::__private0::diesel::write(self, __out)
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::diesel::FromSql<$($sql_type)*, $crate::__private0::diesel::Pg>
            for $($this)*
        $(where $($predicates)*)?
        {
            fn from_sql(
                __value: $crate::__private0::diesel::PgValue<'_>,
            ) -> $crate::__private0::diesel::Read<Self> {
                $crate::__private0::diesel::read(__value)
            }
        }
        #[automatically_derived]
        impl<__ST, $($generics)*> $crate::__private0::diesel::Queryable<__ST, $crate::__private0::diesel::Pg>
            for $($this)*
        where
            __ST: $crate::__private0::diesel::SingleValue,
            Self: $crate::__private0::diesel::FromSql<__ST, $crate::__private0::diesel::Pg>,
            $($($predicates)*)?
        {
            type Row = Self;
            fn build(__row: Self) -> $crate::__private0::diesel::Read<Self> {
                $crate::__private0::diesel::Read::Ok(__row)
            }
        }
        $crate::__pg_enum_diesel_expression! {
            [$($generics)*] [$($this)*] [$(where $($predicates)*)?] [$($sql_type)*]
        }
        $crate::__pg_enum_diesel_expression! {
            ['__a, $($generics)*] [&'__a $($this)*] [$(where $($predicates)*)?] [$($sql_type)*]
        }
        $crate::__pg_enum_diesel_expression! {
            ['__a, '__b, $($generics)*] [&'__b &'__a $($this)*] [$(where $($predicates)*)?] [$($sql_type)*]
        }
    };
}

/// A value as an expression of an SQL type, and of its nullable twin.
#[cfg(feature = "diesel")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_diesel_expression {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*] [$($sql_type:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::diesel::AsExpression<$($sql_type)*> for $($this)*
        $($where_clause)*
        {
            type Expression = $crate::__private0::diesel::Bound<$($sql_type)*, Self>;
            fn as_expression(self) -> Self::Expression {
                $crate::__private0::diesel::Bound::new(self)
            }
        }
        #[automatically_derived]
        impl<$($generics)*>
            $crate::__private0::diesel::AsExpression<$crate::__private0::diesel::Nullable<$($sql_type)*>>
            for $($this)*
        $($where_clause)*
        {
            type Expression = $crate::__private0::diesel::Bound<
                $crate::__private0::diesel::Nullable<$($sql_type)*>,
                Self,
            >;
            fn as_expression(self) -> Self::Expression {
                $crate::__private0::diesel::Bound::new(self)
            }
        }
    };
}

#[cfg(not(feature = "diesel"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_diesel {
    ($($target:tt)*) => {};
}

#[cfg(feature = "diesel")]
mod codec {
    extern crate std;

    use std::io::Write;

    pub use diesel::deserialize::{FromSql, Queryable, Result as Read};
    pub use diesel::expression::AsExpression;
    pub use diesel::internal::derives::as_expression::Bound;
    pub use diesel::pg::{Pg, PgValue};
    use diesel::serialize::IsNull;
    pub use diesel::serialize::{Output, Result as Written, ToSql};
    pub use diesel::sql_types::{Nullable, SingleValue};

    use crate::__private0::errors::{Unread, not_ours};
    use crate::{PgEnum, UnknownLabel};

    /// # Errors
    ///
    /// [`UnknownLabel`], as the source of another error.
    #[inline]
    pub fn read<E: PgEnum>(value: PgValue<'_>) -> Read<E> {
        let label = value.as_bytes();
        match E::from_label_bytes(label) {
            Some(value) => Ok(value),
            None => Err(Unread(UnknownLabel::of::<E>(label)).into()),
        }
    }

    /// # Errors
    ///
    /// For an `other` value.
    #[inline]
    pub fn write<E: PgEnum>(value: &E, out: &mut Output<'_, '_, Pg>) -> Written {
        let Some(label) = value.static_label() else { return Err(not_ours(value)) };
        out.write_all(label.as_bytes())?;
        Ok(IsNull::No)
    }
}
#[cfg(feature = "diesel")]
pub use self::codec::*;
