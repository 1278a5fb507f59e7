//! sqlx's traits.
//!
//! sqlx identifies a type by a name. For parameters, it is our name: always quoted, and qualified if the definition
//! has a schema. The server resolves it (`to_regtype`), and sqlx caches the result for the connection. For columns,
//! it is the name that the server prints (`oid::regtype`): quoted only if necessary, and with the schema only if
//! `search_path` hides the type. `sqlx::Type` compares the two as strings, which fails; here they are compared by
//! meaning.

extern crate alloc;
extern crate std;

use alloc::format;

pub use sqlx_core::decode::Decode;
pub use sqlx_core::encode::{Encode, IsNull};
pub use sqlx_core::error::BoxDynError;
use sqlx_core::type_info::TypeInfo;
pub use sqlx_core::types::Type;
use sqlx_postgres::PgTypeKind;
pub use sqlx_postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef, Postgres};

use crate::{Definition, PgEnum, UnknownLabel};

pub type Encoded = Result<IsNull, BoxDynError>;
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

/// # Errors
///
/// For an `other` value: its label came from a database, and another database may not have it.
#[inline]
pub fn encode<E: PgEnum>(value: &E, buffer: &mut PgArgumentBuffer) -> Encoded {
    let Some(label) = value.static_label() else { return Err(not_ours(value)) };
    buffer.extend_from_slice(label.as_bytes());
    Ok(IsNull::No)
}

#[cold]
fn not_ours<E: PgEnum>(value: &E) -> BoxDynError {
    let (label, rust_name, name) = (value.label(), core::any::type_name::<E>(), E::NAME_SQL);
    format!(
        "label {label:?} of enum {rust_name} (PostgreSQL type {name}) was read by a program that \
         does not know it, and cannot be written back; add a variant for it to the enum"
    )
    .into()
}

/// In ASCII, because sqlx escapes a name with `str::escape_default`, and the server refuses the escapes of other
/// characters.
#[must_use]
pub fn type_info<E: PgEnum>() -> PgTypeInfo {
    PgTypeInfo::with_name(E::__DERIVED.ascii_name_sql())
}

/// Also by name, which the server resolves. `PgTypeInfo::array_of` does not work for names with a quote or a
/// backslash, and allocates.
#[must_use]
pub fn array_type_info<E: PgEnum>() -> PgTypeInfo {
    PgTypeInfo::with_name(E::__DERIVED.ascii_array_sql)
}

/// Whether a column of this type holds values of the enum: the type itself, or a domain over it.
#[must_use]
pub fn compatible<E: PgEnum>(ty: &PgTypeInfo) -> bool {
    let name = ty.name();
    is_unresolved(name)
        || denotes(name, E::DEFINITION)
        || resolved_kind(ty).is_some_and(|kind| match kind {
            PgTypeKind::Domain(base) => compatible::<E>(base),
            _ => false,
        })
}

/// Whether a column of this type holds arrays of the enum's values.
///
/// This checks the element type, not the name of the array type, which PostgreSQL chooses.
#[must_use]
pub fn array_compatible<E: PgEnum>(ty: &PgTypeInfo) -> bool {
    let name = ty.name();
    if is_unresolved(name) {
        return true;
    }
    match resolved_kind(ty) {
        Some(PgTypeKind::Array(element)) => compatible::<E>(element),
        Some(PgTypeKind::Domain(base)) => array_compatible::<E>(base),
        Some(_) => false,
        None => name.strip_suffix("[]").is_some_and(|element| denotes(element, E::DEFINITION)),
    }
}

/// A type of which sqlx knows only the OID, as in a result of the simple query protocol. sqlx names it `?`, which
/// cannot be a type's name (the server would print `"?"`), and accepts it for any type.
fn is_unresolved(name: &str) -> bool {
    name == "?"
}

/// The kind of the type, if sqlx has read it from the database. Otherwise `PgTypeInfo::kind` would panic.
fn resolved_kind(ty: &PgTypeInfo) -> Option<&PgTypeKind> {
    ty.oid().is_some().then(|| ty.kind())
}

/// Whether a type's SQL name is the name of the definition. Schemas are compared if both have one.
fn denotes(sql: &str, definition: &Definition<'_>) -> bool {
    let (first, rest) = split_identifier(sql);
    match rest {
        None => is_identifier(first, definition.name),
        Some(name) => {
            is_identifier(name, definition.name)
                && definition.schema.is_none_or(|schema| is_identifier(first, schema))
        }
    }
}

/// The first identifier of a dotted name, and the text after the dot.
fn split_identifier(sql: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    for (index, byte) in sql.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => return (&sql[..index], Some(&sql[index + 1..])),
            _ => {}
        }
    }
    (sql, None)
}

/// Whether an SQL identifier means this name: a quoted identifier is literal, with quotes doubled; an unquoted one is
/// folded to lower case (PostgreSQL manual, 4.1.1).
fn is_identifier(sql: &str, name: &str) -> bool {
    match sql.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        None => {
            sql.len() == name.len()
                && sql.bytes().map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
        }
        Some(quoted) => quoted.split("\"\"").eq(name.split('"')),
    }
}

#[cfg(test)]
mod tests {
    use super::{denotes, is_identifier};
    use crate::Definition;

    #[test]
    fn identifiers_are_compared_as_sql_reads_them() {
        for (sql, name) in [
            ("status", "status"),
            ("STATUS", "status"),
            (r#""status""#, "status"),
            (r#""Status""#, "Status"),
            (r#""a.b""#, "a.b"),
            (r#""a""b""#, r#"a"b"#),
            (r#""""""#, r#"""#),
            (r#""""a""""#, r#""a""#),
        ] {
            assert!(is_identifier(sql, name), "{sql} {name}");
        }
        for (sql, name) in [
            ("Status", "Status"),
            (r#""Status""#, "status"),
            ("status", "statu"),
            ("status", "status2"),
            (r#""a""b""#, r#"a""b"#),
            (r#""a""b""#, "ab"),
            (r#""a""""#, "a"),
        ] {
            assert!(!is_identifier(sql, name), "{sql} {name}");
        }
    }

    #[test]
    fn a_schema_counts_where_both_have_one() {
        let bare = Definition::new("status", &["a"]);
        let app = bare.in_schema("app");
        for (sql, definition) in [
            ("status", bare),
            ("status", app),
            ("app.status", app),
            (r#""app"."status""#, app),
            ("other.status", bare),
        ] {
            assert!(denotes(sql, &definition), "{sql} {definition:?}");
        }
        for (sql, definition) in
            [("other.status", app), ("app.state", app), ("status.app", app), ("app", app)]
        {
            assert!(!denotes(sql, &definition), "{sql} {definition:?}");
        }
    }
}
