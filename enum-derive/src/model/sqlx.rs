//! sqlx's own types, for each of its versions. A range of another crate's type is not among them, nor a tuple, which is of
//! any composite type.

use super::built_in::hold;
use super::{ColumnType, Holds, PgType};

/// Types of extensions, which may be in any schema.
macro_rules! extensions {
    ($($ty:ty => $name:literal;)*) => {
        $(impl ColumnType for $ty {
            const HOLDS: Holds = Holds::one_of(&[PgType::in_any_schema($name)]);
        })*
    };
}

/// The types that every version has.
macro_rules! every_version {
    ($core:ident, $postgres:ident) => {
        hold! {
            $postgres::types::Oid => "oid";
            $postgres::types::PgInterval => "interval";
            $postgres::types::PgMoney => "money";
            $postgres::types::PgRange<i32> => "int4range";
            $postgres::types::PgRange<i64> => "int8range";
        }

        extensions! {
            $postgres::types::PgLQuery => "lquery";
            $postgres::types::PgLTree => "ltree";
        }

        impl ColumnType for $postgres::types::PgCiText {
            const HOLDS: Holds = str::HOLDS;
        }

        impl<T> ColumnType for $core::types::Text<T> {
            const HOLDS: Holds = str::HOLDS;
        }

        #[cfg(feature = "json")]
        impl<T> ColumnType for $core::types::Json<T> {
            const HOLDS: Holds = serde_json::Value::HOLDS;
        }
    };
}

/// The types that came with 0.8.
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8"))]
macro_rules! since_0_8 {
    ($postgres:ident) => {
        hold! {
            $postgres::types::PgBox => "box";
            $postgres::types::PgCircle => "circle";
            $postgres::types::PgLSeg => "lseg";
            $postgres::types::PgLine => "line";
            $postgres::types::PgPath => "path";
            $postgres::types::PgPoint => "point";
            $postgres::types::PgPolygon => "polygon";
        }

        extensions! {
            $postgres::types::PgCube => "cube";
            $postgres::types::PgHstore => "hstore";
        }
    };
}

#[cfg(feature = "sqlx")]
mod sqlx_0_9 {
    use super::{ColumnType, Holds, PgType, hold};

    every_version!(sqlx_core, sqlx_postgres);
    since_0_8!(sqlx_postgres);
}

#[cfg(feature = "sqlx-0_8")]
mod sqlx_0_8 {
    use super::{ColumnType, Holds, PgType, hold};

    every_version!(sqlx_core_0_8, sqlx_postgres_0_8);
    since_0_8!(sqlx_postgres_0_8);

    // It has older versions of these two crates.
    #[cfg(feature = "bit-vec")]
    hold! { sqlx_core_0_8::types::BitVec => "bit" | "varbit" as "bit varying"; }
    #[cfg(feature = "ipnetwork")]
    hold! { sqlx_core_0_8::types::ipnetwork::IpNetwork => "inet" | "cidr"; }
}

#[cfg(feature = "sqlx-0_7")]
mod sqlx_0_7 {
    use super::{ColumnType, Holds, PgType, hold};

    every_version!(sqlx_core_0_7, sqlx_postgres_0_7);
}
