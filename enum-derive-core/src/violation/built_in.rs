//! The names of types that PostgreSQL has itself.

/// Whether `pg_catalog`, which PostgreSQL searches before any other schema, has a type called `name` in any version
/// from 12 to 18.
///
/// Array types (`_text`) and names that begin with `pg_` are left out.
///
/// ```
/// assert!(pg_enum_core::is_built_in_type("interval"));
/// assert!(!pg_enum_core::is_built_in_type("mood"));
/// ```
#[must_use]
pub fn is_built_in_type(name: &str) -> bool {
    built_in_type(name).is_some()
}

/// The name of a type that [`is_built_in_type`], as one that can be kept without a copy.
///
/// ```
/// assert_eq!(pg_enum_core::built_in_type(&String::from("interval")), Some("interval"));
/// assert_eq!(pg_enum_core::built_in_type("mood"), None);
/// ```
#[must_use]
pub fn built_in_type(name: &str) -> Option<&'static str> {
    let index = BUILT_IN_TYPES.binary_search(&name).ok()?;
    BUILT_IN_TYPES.get(index).copied()
}

/// The types of `pg_catalog` in PostgreSQL 12 to 18, sorted, without array types (`_…`) and names that start with
/// `pg_`: an enum may have one of these names by accident.
const BUILT_IN_TYPES: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bit",
    "bool",
    "box",
    "bpchar",
    "bytea",
    "char",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "float4",
    "float8",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2",
    "int2vector",
    "int4",
    "int4multirange",
    "int4range",
    "int8",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "opaque",
    "path",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "table_am_handler",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "void",
    "xid",
    "xid8",
    "xml",
];

#[cfg(test)]
mod tests {
    use super::BUILT_IN_TYPES;

    #[test]
    fn they_are_sorted() {
        assert!(BUILT_IN_TYPES.is_sorted());
    }
}
