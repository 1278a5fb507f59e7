//! The types of `pg_catalog` that columns have, and how the server prints them.

use std::fmt;

use crate::text::ddl::Fields;

/// A type of `pg_catalog`, with its modifiers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct BuiltIn {
    /// As `pg_type` has it.
    pub name: &'static str,
    pub modifiers: Modifiers,
}

/// What is in `atttypmod`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Modifiers {
    None,
    /// A length, or a number of digits.
    Length(i32),
    /// Precision and scale.
    Numeric(i32, i32),
    /// The fields of an interval (` day to second`), and how many digits its seconds have.
    Interval(Fields, Option<i32>),
}

impl BuiltIn {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, modifiers: Modifiers::None }
    }

    pub(crate) fn without_modifiers(&self) -> Self {
        Self::new(self.name)
    }
}

/// As `format_type` prints it (`format_type_extended` in `src/backend/utils/adt/format_type.c`; `intervaltypmodout` in
/// `timestamp.c`, PostgreSQL 12 to 18).
impl fmt::Display for BuiltIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_length = self.modifiers != Modifiers::None;
        let (name, after) = match self.name {
            // Without a length, `bit` and `character` would be read as those with the length 1.
            "bit" if !has_length => ("\"bit\"", ""),
            "bpchar" if has_length => ("character", ""),
            "bool" => ("boolean", ""),
            "char" => ("\"char\"", ""),
            "float4" => ("real", ""),
            "float8" => ("double precision", ""),
            "int2" => ("smallint", ""),
            "int4" => ("integer", ""),
            "int8" => ("bigint", ""),
            "time" => ("time", " without time zone"),
            "timetz" => ("time", " with time zone"),
            "timestamp" => ("timestamp", " without time zone"),
            "timestamptz" => ("timestamp", " with time zone"),
            "varbit" => ("bit varying", ""),
            "varchar" => ("character varying", ""),
            name => (name, ""),
        };
        f.write_str(name)?;
        match &self.modifiers {
            Modifiers::None => {}
            Modifiers::Length(length) => write!(f, "({length})")?,
            Modifiers::Numeric(precision, scale) => write!(f, "({precision},{scale})")?,
            Modifiers::Interval(fields, digits) => {
                f.write_str(fields.text())?;
                if let Some(digits) = digits {
                    write!(f, "({digits})")?;
                }
            }
        }
        f.write_str(after)
    }
}
