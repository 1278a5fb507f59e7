//! What the types of Rust and of other crates hold, by their paths: one list for the trait `ColumnType`, which knows the
//! types themselves, and for tools, which know what is written in source.

use super::{Holds, PgType};

const BOOL: PgType = PgType::built_in("bool").shown_as("boolean");
const CHAR: PgType = PgType::built_in("char").shown_as("\"char\"");
const INT2: PgType = PgType::built_in("int2").shown_as("smallint");
const INT4: PgType = PgType::built_in("int4").shown_as("integer");
const INT8: PgType = PgType::built_in("int8").shown_as("bigint");
const TIMESTAMP: PgType = PgType::built_in("timestamp").shown_as("timestamp without time zone");
const TIMESTAMPTZ: PgType = PgType::built_in("timestamptz").shown_as("timestamp with time zone");
const TIME: PgType = PgType::built_in("time").shown_as("time without time zone");

/// The last three: postgres-types reads them as text.
const TEXTS: &[PgType] = &[
    PgType::built_in("text"),
    PgType::built_in("varchar").shown_as("character varying"),
    PgType::built_in("bpchar").shown_as("character"),
    PgType::built_in("name"),
    PgType::in_any_schema("citext"),
    PgType::in_any_schema("ltree"),
    PgType::in_any_schema("lquery"),
    PgType::in_any_schema("ltxtquery"),
];
const JSON: &[PgType] = &[PgType::built_in("json"), PgType::built_in("jsonb")];
const ADDRESS: &[PgType] = &[PgType::built_in("inet"), PgType::built_in("cidr")];
const INTERVAL: &[PgType] = &[PgType::built_in("interval")];
const NUMERIC: &[PgType] = &[PgType::built_in("numeric")];

/// Each path, and what any of the drivers decodes the type from.
const TYPES: &[(&str, &[PgType])] = &[
    ("bool", &[BOOL]),
    ("i8", &[CHAR]),
    ("i16", &[INT2]),
    ("i32", &[INT4]),
    ("i64", &[INT8]),
    ("u32", &[PgType::built_in("oid")]),
    ("f32", &[PgType::built_in("float4").shown_as("real")]),
    ("f64", &[PgType::built_in("float8").shown_as("double precision")]),
    ("str", TEXTS),
    ("String", TEXTS),
    ("core::num::NonZeroI8", &[CHAR]),
    ("core::num::NonZeroI16", &[INT2]),
    ("core::num::NonZeroI32", &[INT4]),
    ("core::num::NonZeroI64", &[INT8]),
    ("core::time::Duration", INTERVAL),
    ("core::net::IpAddr", ADDRESS),
    ("std::time::SystemTime", &[TIMESTAMP, TIMESTAMPTZ]),
    ("bigdecimal::BigDecimal", NUMERIC),
    (
        "bit_vec::BitVec",
        &[PgType::built_in("bit"), PgType::built_in("varbit").shown_as("bit varying")],
    ),
    ("chrono::NaiveDate", &[PgType::built_in("date")]),
    ("chrono::NaiveTime", &[TIME]),
    ("chrono::NaiveDateTime", &[TIMESTAMP]),
    ("chrono::DateTime", &[TIMESTAMPTZ]),
    ("chrono::TimeDelta", INTERVAL),
    ("ipnetwork::IpNetwork", ADDRESS),
    ("serde_json::Value", JSON),
    ("mac_address::MacAddress", &[PgType::built_in("macaddr")]),
    ("rust_decimal::Decimal", NUMERIC),
    ("time::Date", &[PgType::built_in("date")]),
    ("time::Time", &[TIME]),
    ("time::PrimitiveDateTime", &[TIMESTAMP]),
    ("time::OffsetDateTime", &[TIMESTAMPTZ]),
    ("time::Duration", INTERVAL),
    ("uuid::Uuid", &[PgType::built_in("uuid")]),
];

impl Holds {
    /// What a value of a Rust type is decoded from, by the path of the type in the crate that has it, without arguments;
    /// [`UNKNOWN`](Self::UNKNOWN) if it is none of the types that drivers decode.
    ///
    /// What is in the prelude has its name alone, and what `std` passes on has its path in `core`. A `Vec` of `u8` is
    /// another type, `bytea`: see [`BYTES`](Self::BYTES).
    ///
    /// ```
    /// use pg_enum_core::column::{Holds, PgType};
    ///
    /// const UUID: Holds = Holds::one_of(&[PgType::built_in("uuid")]);
    /// assert_eq!(Holds::of_rust("uuid::Uuid"), UUID);
    /// assert_eq!(Holds::of_rust("Uuid"), Holds::UNKNOWN);
    /// ```
    #[must_use]
    pub const fn of_rust(path: &str) -> Self {
        let mut at = 0;
        while at < TYPES.len() {
            let (known, types) = TYPES[at];
            if super::compare::equal(known, path) {
                return Self::one_of(types);
            }
            at += 1;
        }
        Self::UNKNOWN
    }

    /// What several bytes hold: `Vec<u8>`, `[u8]`.
    pub const BYTES: Self = Self::one_of(&[PgType::built_in("bytea")]);

    /// Whether anything is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        !self.types.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::TYPES;
    use crate::column::Holds;

    #[test]
    fn each_path_is_there_once() {
        for (index, (path, types)) in TYPES.iter().enumerate() {
            assert_eq!(Holds::of_rust(path), Holds::one_of(types));
            assert!(!TYPES[..index].iter().any(|(other, _)| other == path), "{path}");
        }
        assert!(!Holds::of_rust("chrono::Weekday").is_known());
    }
}
