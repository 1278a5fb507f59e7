//! What turns a Rust enum into values of a database's type, and back.

use std::fmt;

/// What turns a Rust enum into values of an enum type: a derive, or impls that are written by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// `derive(sqlx::Type)`
    SqlxType,
    /// `derive(diesel_derive_enum::DbEnum)`
    DieselDbEnum,
    /// `derive(postgres_types::ToSql)` or `FromSql`, or both
    PostgresTypes,
    /// `derive(sea_orm::DeriveActiveEnum)`
    SeaOrmActiveEnum,
    /// `impl sqlx::Encode` or `Decode`, or both
    SqlxByHand,
    /// `impl diesel::serialize::ToSql` or `diesel::deserialize::FromSql`, or both
    DieselByHand,
    /// `impl postgres_types::ToSql` or `FromSql`, or both
    PostgresTypesByHand,
}

impl Codec {
    /// The derive's or the trait's path in the crate that has it; of a pair, the first.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::SqlxType => "sqlx::Type",
            Self::DieselDbEnum => "diesel_derive_enum::DbEnum",
            Self::PostgresTypes | Self::PostgresTypesByHand => "postgres_types::ToSql",
            Self::SeaOrmActiveEnum => "sea_orm::DeriveActiveEnum",
            Self::SqlxByHand => "sqlx::Encode",
            Self::DieselByHand => "diesel::serialize::ToSql",
        }
    }

    /// Whether it is a derive, as opposed to impls that are written by hand.
    #[must_use]
    pub const fn is_derive(self) -> bool {
        !matches!(self, Self::SqlxByHand | Self::DieselByHand | Self::PostgresTypesByHand)
    }

    /// The names of the derive.
    pub(super) const fn names(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["Type"],
            Self::DieselDbEnum => &["DbEnum"],
            Self::PostgresTypes => &["ToSql", "FromSql"],
            Self::SeaOrmActiveEnum => &["DeriveActiveEnum"],
            Self::SqlxByHand | Self::DieselByHand | Self::PostgresTypesByHand => &[],
        }
    }

    /// The modules that have it: the crate's own, and those where it or others pass it on.
    pub(super) const fn homes(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["sqlx", "sqlx::prelude", "sqlx::types", "sqlx_macros"],
            Self::DieselDbEnum => &["diesel_derive_enum"],
            Self::PostgresTypes => {
                &["postgres_types", "postgres_derive", "tokio_postgres::types", "postgres::types"]
            }
            Self::SeaOrmActiveEnum => {
                &["sea_orm", "sea_orm::prelude", "sea_orm::entity::prelude", "sea_orm_macros"]
            }
            Self::SqlxByHand | Self::DieselByHand | Self::PostgresTypesByHand => &[],
        }
    }

    /// Whether no other derive in common use has its name.
    pub(super) const fn is_unique(self) -> bool {
        matches!(self, Self::DieselDbEnum | Self::SeaOrmActiveEnum)
    }

    /// The helper attributes that belong to this derive alone; none where it is no derive.
    #[must_use]
    pub const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["sqlx"],
            Self::DieselDbEnum => DB_ENUM_ATTRIBUTES,
            Self::PostgresTypes => &["postgres"],
            Self::SeaOrmActiveEnum => &["sea_orm"],
            Self::SqlxByHand | Self::DieselByHand | Self::PostgresTypesByHand => &[],
        }
    }
}

/// Its path.
impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// All that may stand on the enum or on a variant.
const DB_ENUM_ATTRIBUTES: &[&str] = &[
    "PgType",
    "PgSchema",
    "DieselType",
    "ExistingTypePath",
    "DieselTypePath",
    "DieselExistingType",
    "DbValueStyle",
    "db_rename",
    "db_enum",
];
