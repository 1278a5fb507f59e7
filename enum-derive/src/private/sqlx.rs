//! sqlx's traits, for each of its versions.
//!
//! sqlx identifies a type by a name. For parameters, it is our name: always quoted, and qualified if the definition
//! has a schema. The server resolves it, and sqlx caches the result for the connection. For columns, it is the name
//! that the server prints (`oid::regtype`): quoted only if necessary, and with the schema only if `search_path` hides
//! the type. sqlx 0.7 reads the name from the catalog instead, without the schema. `sqlx::Type` compares the names as
//! strings, which fails; here they are compared by meaning.

/// The traits of one version of sqlx, whose items are in the module with this name. The versions differ only in the
/// types behind the names.
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx {
    ($version:ident [$($generics:tt)*] [$($this:tt)*] [$($where_clause:tt)*]) => {
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::Type<$crate::__private0::$version::Postgres>
            for $($this)*
        $($where_clause)*
        {
            fn type_info() -> $crate::__private0::$version::PgTypeInfo {
                $crate::__private0::$version::type_info::<Self>()
            }
            fn compatible(__type: &$crate::__private0::$version::PgTypeInfo) -> $crate::__private0::bool {
                $crate::__private0::$version::compatible::<Self>(__type)
            }
        }
        #[automatically_derived]
        impl<$($generics)*> $crate::__private0::$version::PgHasArrayType for $($this)*
        $($where_clause)*
        {
            fn array_type_info() -> $crate::__private0::$version::PgTypeInfo {
                $crate::__private0::$version::array_type_info::<Self>()
            }
            fn array_compatible(
                __type: &$crate::__private0::$version::PgTypeInfo,
            ) -> $crate::__private0::bool {
                $crate::__private0::$version::array_compatible::<Self>(__type)
            }
        }
        #[automatically_derived]
        impl<'__q, $($generics)*>
            $crate::__private0::$version::Encode<'__q, $crate::__private0::$version::Postgres>
            for $($this)*
        $($where_clause)*
        {
            fn encode_by_ref(
                &self,
                __buffer: &mut $crate::__private0::$version::PgArgumentBuffer,
            ) -> $crate::__private0::$version::Encoded {
                $crate::__private0::$version::encode(self, __buffer)
            }
        }
        #[automatically_derived]
        impl<'__r, $($generics)*>
            $crate::__private0::$version::Decode<'__r, $crate::__private0::$version::Postgres>
            for $($this)*
        $($where_clause)*
        {
            fn decode(
                __value: $crate::__private0::$version::PgValueRef<'__r>,
            ) -> $crate::__private0::$version::Decoded<Self> {
                $crate::__private0::$version::decode(__value)
            }
        }
    };
}

/// The module of one version, from its two crates, and how the name of a column's type is compared with a definition.
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8", feature = "sqlx-0_7"))]
macro_rules! codec {
    ($core:ident, $postgres:ident, $denotes:path) => {
        pub use $core::decode::Decode;
        pub use $core::encode::{Encode, IsNull};
        pub use $core::error::BoxDynError;
        use $core::type_info::TypeInfo;
        pub use $core::types::Type;
        use $postgres::PgTypeKind;
        pub use $postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, Postgres};

        use crate::__private0::names;
        use crate::{PgEnum, UnknownLabel};

        pub type Decoded<E> = Result<E, BoxDynError>;

        /// The value on the wire is the label, in text and in binary.
        ///
        /// # Errors
        ///
        /// [`UnknownLabel`], and sqlx's own for `NULL`.
        #[inline]
        pub fn decode<E: PgEnum>(value: PgValueRef<'_>) -> Decoded<E> {
            let label = value.as_bytes()?;
            // Dropping the rest of the value before the match is measurably faster than after it.
            drop(value);
            match E::from_label_bytes(label) {
                Some(value) => Ok(value),
                None => Err(UnknownLabel::of::<E>(label).into()),
            }
        }

        /// In ASCII, because sqlx 0.9 escapes a name with `str::escape_default`, and the server refuses the escapes
        /// of other characters.
        #[must_use]
        pub fn type_info<E: PgEnum>() -> PgTypeInfo {
            PgTypeInfo::with_name(E::__DERIVED.ascii_name_sql())
        }

        /// Also by name, which the server resolves. `PgTypeInfo::array_of`, where a version has it, does not work for
        /// names with a quote or a backslash, and allocates.
        #[must_use]
        pub fn array_type_info<E: PgEnum>() -> PgTypeInfo {
            PgTypeInfo::with_name(E::__DERIVED.ascii_array_sql)
        }

        /// Whether a column of this type holds values of the enum: the type itself, or a domain over it.
        #[must_use]
        pub fn compatible<E: PgEnum>(ty: &PgTypeInfo) -> bool {
            let name = ty.name();
            match resolved_kind(ty) {
                Some(PgTypeKind::Domain(base)) => compatible::<E>(base),
                Some(_) => $denotes(name, E::DEFINITION),
                None => is_unresolved(ty) || names::denotes(name, E::DEFINITION),
            }
        }

        /// Whether a column of this type holds arrays of the enum's values.
        ///
        /// This checks the element type, not the name of the array type, which PostgreSQL chooses.
        #[must_use]
        pub fn array_compatible<E: PgEnum>(ty: &PgTypeInfo) -> bool {
            let is_ours = |element| names::denotes(element, E::DEFINITION);
            match resolved_kind(ty) {
                Some(PgTypeKind::Array(element)) => compatible::<E>(element),
                Some(PgTypeKind::Domain(base)) => array_compatible::<E>(base),
                Some(_) => false,
                None => is_unresolved(ty) || ty.name().strip_suffix("[]").is_some_and(is_ours),
            }
        }

        /// A type of which sqlx knows only the OID, as in a result of the simple query protocol. sqlx names it `?`,
        /// which cannot be a type's name (the server would print `"?"`), and accepts it for any type.
        fn is_unresolved(ty: &PgTypeInfo) -> bool {
            ty.name() == "?"
        }

        /// The kind of the type, if sqlx has read it from the database. Otherwise `PgTypeInfo::kind` would panic.
        fn resolved_kind(ty: &PgTypeInfo) -> Option<&PgTypeKind> {
            (ty.oid().is_some() && !is_unresolved(ty)).then(|| ty.kind())
        }
    };
}
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8", feature = "sqlx-0_7"))]
pub(super) use codec;

/// Encoding, in versions in which it can fail.
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
macro_rules! encode {
    () => {
        pub type Encoded = Result<IsNull, BoxDynError>;

        /// # Errors
        ///
        /// For an `other` value: its label came from a database, and another database may not have it.
        #[inline]
        pub fn encode<E: PgEnum>(value: &E, buffer: &mut PgArgumentBuffer) -> Encoded {
            let Some(label) = value.static_label() else {
                return Err(crate::__private0::errors::not_ours(value));
            };
            buffer.extend_from_slice(label.as_bytes());
            Ok(IsNull::No)
        }
    };
}
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
pub(super) use encode;
