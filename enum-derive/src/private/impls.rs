//! The impls that do not depend on the variants.
//!
//! The derive writes one line for each: the enum's generic parameters (a valid enum has none), its name, and its
//! `where` clause. As declarative macros, they compile much faster than the same code from the derive, and each
//! feature is checked in the crate that has it. Paths are short for the same reason.
//!
//! Parameter names start with underscores, so that a constant of the author cannot have the same name.

pub use crate::{
    __pg_enum_codecs as codecs, __pg_enum_deserialize as deserialize, __pg_enum_display as display,
    __pg_enum_from_str as from_str, __pg_enum_register as register,
    __pg_enum_serialize as serialize,
};

/// `Display` on request.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_display {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> ::core::fmt::Display for $($this)*
        $($where_clause)*
        {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private0::fmt(self, __f)
            }
        }
    };
}

/// `FromStr` on request.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_from_str {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> ::core::str::FromStr for $($this)*
        $($where_clause)*
        {
            type Err = $crate::UnknownLabel;
            fn from_str(
                __label: &$crate::__private0::str,
            ) -> ::core::result::Result<Self, $crate::UnknownLabel> {
                $crate::PgEnum::from_label(__label)
            }
        }
    };
}

/// `Serialize` on request.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_serialize {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::serde::Serialize for $($this)*
        $($where_clause)*
        {
            fn serialize<__S: $crate::__private0::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                $crate::__private0::serde::serialize(self, __serializer)
            }
        }
    };
}

/// `Deserialize` on request.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_deserialize {
    ([$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<'__de, $($generics)*> $crate::__private0::serde::Deserialize<'__de> for $($this)*
        $($where_clause)*
        {
            fn deserialize<__D: $crate::__private0::serde::Deserializer<'__de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                $crate::__private0::serde::deserialize(__deserializer)
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_serialize {
    ($($any:tt)*) => {
        ::core::compile_error! { "`impl(Serialize)` requires the feature `serde` of pg-enum" }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_deserialize {
    ($($any:tt)*) => {
        ::core::compile_error! { "`impl(Deserialize)` requires the feature `serde` of pg-enum" }
    };
}

/// The type that a column can have, and the traits of all enabled drivers. The last brackets, if there are any, hold the SQL type for Diesel.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_codecs {
    ($generics:tt $this:tt $where_clause:tt $($sql_type:tt)?) => {
        $crate::__pg_enum_column_type! { $generics $this $where_clause }
        $crate::__pg_enum_diesel! { $generics $this $where_clause $($sql_type)? }
        $crate::__pg_enum_postgres! { $generics $this $where_clause }
        $crate::__pg_enum_sea_orm_2! { $generics $this $where_clause }
        $crate::__pg_enum_sea_orm_1! { $generics $this $where_clause }
        $crate::__pg_enum_sqlx_0_9! { $generics $this $where_clause }
        $crate::__pg_enum_sqlx_0_8! { $generics $this $where_clause }
        $crate::__pg_enum_sqlx_0_7! { $generics $this $where_clause }
    };
}

/// An entry in the list of all enums.
#[cfg(feature = "registry")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_register {
    ([] [$($this:tt)*] []) => {
        $crate::__private0::inventory::submit! { $crate::Registered::of::<$($this)*>() }
    };
}

#[cfg(not(feature = "registry"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_register {
    ($($any:tt)*) => {};
}
