//! The types of other crates, each behind its feature.
//!
//! Diesel also reads a `timestamp with time zone` as a time without a zone (Diesel 2.3 `src/pg/types/date_and_time`), which
//! the other drivers refuse.

#[allow(unused_imports, reason = "each use is behind a feature")]
use super::built_in::hold;

#[cfg(feature = "bigdecimal")]
hold! { bigdecimal::BigDecimal => "numeric"; }

#[cfg(feature = "bit-vec")]
hold! { bit_vec::BitVec => "bit" | "varbit" as "bit varying"; }

#[cfg(feature = "chrono")]
hold! {
    chrono::NaiveDate => "date";
    chrono::NaiveTime => "time" as "time without time zone";
    chrono::TimeDelta => "interval";
}

#[cfg(all(feature = "chrono", not(feature = "diesel")))]
hold! { chrono::NaiveDateTime => "timestamp" as "timestamp without time zone"; }

#[cfg(all(feature = "chrono", feature = "diesel"))]
hold! {
    chrono::NaiveDateTime =>
        "timestamp" as "timestamp without time zone" | "timestamptz" as "timestamp with time zone";
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> super::ColumnType for chrono::DateTime<Tz> {
    const HOLDS: super::Holds = super::Holds::one_of(&[
        super::PgType::built_in("timestamptz").shown_as("timestamp with time zone")
    ]);
}

#[cfg(feature = "ipnetwork")]
hold! { ipnetwork::IpNetwork => "inet" | "cidr"; }

#[cfg(feature = "json")]
hold! { serde_json::Value => "json" | "jsonb"; }

#[cfg(feature = "mac_address")]
hold! { mac_address::MacAddress => "macaddr"; }

#[cfg(feature = "rust_decimal")]
hold! { rust_decimal::Decimal => "numeric"; }

#[cfg(feature = "time")]
hold! {
    time::Date => "date";
    time::Time => "time" as "time without time zone";
    time::OffsetDateTime => "timestamptz" as "timestamp with time zone";
    time::Duration => "interval";
}

#[cfg(all(feature = "time", not(feature = "diesel")))]
hold! { time::PrimitiveDateTime => "timestamp" as "timestamp without time zone"; }

#[cfg(all(feature = "time", feature = "diesel"))]
hold! {
    time::PrimitiveDateTime =>
        "timestamp" as "timestamp without time zone" | "timestamptz" as "timestamp with time zone";
}

#[cfg(feature = "uuid")]
hold! { uuid::Uuid => "uuid"; }
