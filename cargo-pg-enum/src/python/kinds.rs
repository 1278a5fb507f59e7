//! Which types of columns go with a type of `SQLAlchemy`: those that its values are written to and read from by every driver,
//! and those that some drivers convert. What is left is another kind of value.

use pg_enum_core::column::{Holds, PgType};
use pg_enum_core::record::RecordedColumn;

const BOOL: PgType = PgType::built_in("bool").shown_as("boolean");
const INT2: PgType = PgType::built_in("int2").shown_as("smallint");
const INT4: PgType = PgType::built_in("int4").shown_as("integer");
const INT8: PgType = PgType::built_in("int8").shown_as("bigint");
const NUMERIC: PgType = PgType::built_in("numeric");
const FLOAT4: PgType = PgType::built_in("float4").shown_as("real");
const FLOAT8: PgType = PgType::built_in("float8").shown_as("double precision");
const TEXT: PgType = PgType::built_in("text");
const VARCHAR: PgType = PgType::built_in("varchar").shown_as("character varying");
const DATE: PgType = PgType::built_in("date");
const TIMESTAMP: PgType = PgType::built_in("timestamp").shown_as("timestamp without time zone");
const TIMESTAMPTZ: PgType = PgType::built_in("timestamptz").shown_as("timestamp with time zone");
const BYTEA: PgType = PgType::built_in("bytea");
const UUID: PgType = PgType::built_in("uuid");

/// A number is written to any type of number.
const NUMBERS: &[PgType] = &[
    INT4,
    INT8,
    INT2,
    NUMERIC,
    FLOAT8,
    FLOAT4,
    PgType::built_in("oid"),
    PgType::built_in("money"),
];
const BOOLS: &[PgType] = &[BOOL];
const TIMES: &[PgType] = &[TIMESTAMP, TIMESTAMPTZ, DATE];
const BYTES: &[PgType] = &[BYTEA];
const UUIDS: &[PgType] = &[UUID, TEXT, VARCHAR, PgType::built_in("bpchar")];
/// psycopg2 sends a text without a type, so that a column of any of these takes it.
const TEXTS: &[PgType] = &[
    VARCHAR,
    TEXT,
    PgType::built_in("bpchar"),
    PgType::built_in("name"),
    PgType::built_in("\"char\""),
    PgType::built_in("uuid"),
    PgType::built_in("inet"),
    PgType::built_in("cidr"),
    PgType::built_in("macaddr"),
    PgType::built_in("json"),
    PgType::built_in("jsonb"),
    PgType::built_in("xml"),
    PgType::built_in("tsvector"),
    PgType::built_in("interval"),
];
const JSON: &[PgType] = &[PgType::built_in("jsonb"), PgType::built_in("json"), TEXT, VARCHAR];

/// The types of columns that are of another kind than one of `SQLAlchemy`'s if they are not the same.
const PLAIN: [&str; 16] = [
    "bool",
    "bytea",
    "date",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "json",
    "jsonb",
    "numeric",
    "text",
    "timestamp",
    "timestamptz",
    "uuid",
    "varchar",
];

/// The types that go with one in SQL, as `SQLAlchemy` writes it; nothing if any may.
pub(super) fn holds(sql: &str) -> Option<Holds> {
    let (base, is_array) = match sql.split_once("[]") {
        Some((base, _)) => (base, true),
        None => (sql, false),
    };
    let base = base.split(['(', ' ']).next().unwrap_or(base);
    let types = match base {
        "BIGINT" | "INTEGER" | "SMALLINT" | "NUMERIC" | "FLOAT" | "REAL" | "DOUBLE" => NUMBERS,
        "BOOLEAN" => BOOLS,
        "BYTEA" => BYTES,
        "CHAR" | "TEXT" | "VARCHAR" => TEXTS,
        "DATE" | "TIMESTAMP" => TIMES,
        "JSON" | "JSONB" => JSON,
        "UUID" => UUIDS,
        _ => return None,
    };
    let holds = Holds::one_of(types);
    Some(if is_array { holds.array() } else { holds })
}

/// Whether a column's type is one that is compared.
pub(super) fn is_plain(there: &RecordedColumn) -> bool {
    there.types.last().is_some_and(|ty| ty.schema == "pg_catalog" && PLAIN.contains(&&*ty.name))
}
