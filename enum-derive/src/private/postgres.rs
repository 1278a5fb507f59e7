//! The traits of postgres-types, which postgres, tokio-postgres and what is built on them use.
//!
//! postgres-types reads a type's name, schema and kind from the catalog. `derive(ToSql, FromSql)` ignores the schema
//! and compares the labels as well: after `ALTER TYPE … ADD VALUE`, a running program can no longer use the type. Here
//! the schema is compared if the definition has one, and the labels are not.

#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_postgres {
    ([$($generics:tt)*] [$($this:tt)*] [$(where $($predicates:tt)*)?]) => {
        // `ToSql` requires `Debug`. As a predicate, the lack of it is an error where the trait is used, and not for
        // every enum of a program in which somebody enables this feature. With a lifetime, the compiler does not
        // check the predicate by itself.
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::postgres::ToSql for $($this)*
        where
            for<'__debug> Self: ::core::fmt::Debug,
            $($($predicates)*)?
        {
            fn to_sql(
                &self,
                _: &$crate::__private0::postgres::Type,
                __buffer: &mut $crate::__private0::postgres::BytesMut,
            ) -> $crate::__private0::postgres::Written {
                $crate::__private0::postgres::write(self, __buffer)
            }
            fn accepts(__type: &$crate::__private0::postgres::Type) -> $crate::__private0::bool {
                $crate::__private0::postgres::accepts::<Self>(__type)
            }
            // Not the driver's macro for it, which names `Box` and `std` as the author's code may not.
            fn to_sql_checked(
                &self,
                __type: &$crate::__private0::postgres::Type,
                __buffer: &mut $crate::__private0::postgres::BytesMut,
            ) -> $crate::__private0::postgres::Written {
                $crate::__private0::postgres::write_checked(self, __type, __buffer)
            }
        }
        #[automatically_derived]
        impl<'__r, $($generics)*> $crate::__private0::postgres::FromSql<'__r> for $($this)*
        $(where $($predicates)*)?
        {
            fn from_sql(
                _: &$crate::__private0::postgres::Type,
                __label: &'__r [$crate::__private0::u8],
            ) -> $crate::__private0::postgres::Read<Self> {
                $crate::__private0::postgres::read(__label)
            }
            fn accepts(__type: &$crate::__private0::postgres::Type) -> $crate::__private0::bool {
                $crate::__private0::postgres::accepts::<Self>(__type)
            }
        }
    };
}

#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_postgres {
    ($($target:tt)*) => {};
}

#[cfg(feature = "postgres")]
mod codec {
    extern crate alloc;

    use alloc::boxed::Box;

    pub use bytes::BytesMut;
    pub use postgres_types::{FromSql, ToSql, Type};
    use postgres_types::{IsNull, Kind, WrongType};

    use crate::__private0::errors::not_ours;
    use crate::{PgEnum, UnknownLabel};

    type Error = Box<dyn core::error::Error + Sync + Send>;
    pub type Written = Result<IsNull, Error>;
    pub type Read<E> = Result<E, Error>;

    /// Whether values of this type are values of the enum: the type itself, or a domain over it. Name and schema are
    /// as in the catalog. Without a schema in the definition, `search_path` decides, which only the server knows.
    #[must_use]
    pub fn accepts<E: PgEnum>(ty: &Type) -> bool {
        match ty.kind() {
            Kind::Domain(base) => accepts::<E>(base),
            _ => {
                ty.name() == E::DEFINITION.name
                    && E::DEFINITION.schema.is_none_or(|schema| schema == ty.schema())
            }
        }
    }

    /// # Errors
    ///
    /// [`UnknownLabel`].
    #[inline]
    pub fn read<E: PgEnum>(label: &[u8]) -> Read<E> {
        match E::from_label_bytes(label) {
            Some(value) => Ok(value),
            None => Err(UnknownLabel::of::<E>(label).into()),
        }
    }

    /// # Errors
    ///
    /// For an `other` value.
    #[inline]
    pub fn write<E: PgEnum>(value: &E, buffer: &mut BytesMut) -> Written {
        let Some(label) = value.static_label() else { return Err(not_ours(value)) };
        buffer.extend_from_slice(label.as_bytes());
        Ok(IsNull::No)
    }

    /// [`write()`], if the parameter's type is that of the enum.
    ///
    /// # Errors
    ///
    /// For another type, and those of [`write()`].
    pub fn write_checked<E: PgEnum>(value: &E, ty: &Type, buffer: &mut BytesMut) -> Written {
        if !accepts::<E>(ty) {
            return Err(WrongType::new::<E>(ty.clone()).into());
        }
        write(value, buffer)
    }
}
#[cfg(feature = "postgres")]
pub use self::codec::*;
