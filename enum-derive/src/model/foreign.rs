//! The types of other crates, each behind its feature.
//!
//! Diesel also reads a `timestamp with time zone` as a time without a zone (Diesel 2.3 `src/pg/types/date_and_time`), which
//! the other drivers refuse.

#[allow(unused_imports, reason = "each use is behind a feature")]
use super::built_in::hold;

#[cfg(feature = "bigdecimal")]
hold! { bigdecimal::BigDecimal; }

#[cfg(feature = "bit-vec")]
hold! { bit_vec::BitVec; }

#[cfg(feature = "chrono")]
hold! {
    chrono::NaiveDate;
    chrono::NaiveTime;
    chrono::TimeDelta;
}

#[cfg(all(feature = "chrono", not(feature = "diesel")))]
hold! { chrono::NaiveDateTime; }

#[cfg(all(feature = "chrono", feature = "diesel"))]
hold! {
    chrono::NaiveDateTime =>
        "timestamp" as "timestamp without time zone" | "timestamptz" as "timestamp with time zone";
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> super::ColumnType for chrono::DateTime<Tz> {
    const HOLDS: super::Holds = super::built_in::listed("chrono::DateTime");
}

#[cfg(feature = "ipnetwork")]
hold! { ipnetwork::IpNetwork; }

#[cfg(feature = "json")]
hold! { serde_json::Value; }

#[cfg(feature = "mac_address")]
hold! { mac_address::MacAddress; }

#[cfg(feature = "rust_decimal")]
hold! { rust_decimal::Decimal; }

#[cfg(feature = "time")]
hold! {
    time::Date;
    time::Time;
    time::OffsetDateTime;
    time::Duration;
}

#[cfg(all(feature = "time", not(feature = "diesel")))]
hold! { time::PrimitiveDateTime; }

#[cfg(all(feature = "time", feature = "diesel"))]
hold! {
    time::PrimitiveDateTime =>
        "timestamp" as "timestamp without time zone" | "timestamptz" as "timestamp with time zone";
}

#[cfg(feature = "uuid")]
hold! { uuid::Uuid; }
