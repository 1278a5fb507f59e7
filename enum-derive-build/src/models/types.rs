//! What the type of a field holds, by what is written and what is imported.

use pg_enum_core::column::Holds;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{GenericArgument, PathArguments, Type};

use super::{FieldType, Named};
use crate::foreign::Imports;

/// What names mean in one file.
pub(super) struct Names<'a> {
    pub(super) imports: &'a Imports,
    /// The types that the file itself has, which hide what is imported with `*`.
    pub(super) own: &'a [String],
}

/// Wrappers that hold what is in them.
const POINTERS: [&str; 4] = ["Box", "Rc", "Arc", "Cow"];

/// Names of the prelude and of the language, as [`Holds::of_rust`] has them.
const PRELUDE: [&str; 13] = [
    "bool", "i8", "i16", "i32", "i64", "u8", "u32", "f32", "f64", "str", "String", "Vec", "Option",
];

/// The modules of crates that pass types on, and where those have them: the longest first.
const PASSED_ON: [(&str, &str); 15] = [
    ("sqlx::types::chrono", "chrono"),
    ("sqlx::types::time", "time"),
    ("sqlx::types::uuid", "uuid"),
    ("sqlx::types::ipnetwork", "ipnetwork"),
    ("sqlx::types::mac_address", "mac_address"),
    ("sqlx::types", "sqlx"),
    ("sea_orm::entity::prelude", "sea_orm"),
    ("sea_orm::prelude", "sea_orm"),
    ("sea_orm", "sea_orm"),
    ("chrono::prelude", "chrono"),
    ("chrono::naive", "chrono"),
    ("rust_decimal::prelude", "rust_decimal"),
    ("serde_json::value", "serde_json"),
    ("std::num", "core::num"),
    ("std::net", "core::net"),
];

/// The modules of the standard library with the names that are known without an import.
const STD: [&str; 7] =
    ["std::string", "std::vec", "std::option", "std::boxed", "std::rc", "std::sync", "std::borrow"];

/// sqlx's wrapper, which is generic.
const JSON: &str = "sqlx::Json";

/// What sqlx (`sqlx-core/src/types/mod.rs`) and SeaORM (`sea-orm/src/entity/prelude.rs`, 0.8 to 2.0) call the types of other
/// crates.
const ALIASES: [(&str, &str); 30] = [
    ("sqlx::Uuid", "uuid::Uuid"),
    ("sqlx::BigDecimal", "bigdecimal::BigDecimal"),
    ("sqlx::Decimal", "rust_decimal::Decimal"),
    ("sqlx::JsonValue", "serde_json::Value"),
    ("sqlx::BitVec", "bit_vec::BitVec"),
    ("sqlx::types::json::Json", JSON),
    ("sqlx::Text", "str"),
    ("sea_orm::Uuid", "uuid::Uuid"),
    ("sea_orm::BigDecimal", "bigdecimal::BigDecimal"),
    ("sea_orm::Decimal", "rust_decimal::Decimal"),
    ("sea_orm::Json", "serde_json::Value"),
    ("sea_orm::JsonValue", "serde_json::Value"),
    ("sea_orm::IpNetwork", "ipnetwork::IpNetwork"),
    ("sea_orm::Date", "chrono::NaiveDate"),
    ("sea_orm::Time", "chrono::NaiveTime"),
    ("sea_orm::DateTime", "chrono::NaiveDateTime"),
    ("sea_orm::DateTimeUtc", "chrono::DateTime"),
    ("sea_orm::DateTimeLocal", "chrono::DateTime"),
    ("sea_orm::DateTimeWithTimeZone", "chrono::DateTime"),
    ("sea_orm::ChronoDate", "chrono::NaiveDate"),
    ("sea_orm::ChronoTime", "chrono::NaiveTime"),
    ("sea_orm::ChronoDateTime", "chrono::NaiveDateTime"),
    ("sea_orm::ChronoDateTimeUtc", "chrono::DateTime"),
    ("sea_orm::ChronoDateTimeWithTimeZone", "chrono::DateTime"),
    ("sea_orm::TimeDate", "time::Date"),
    ("sea_orm::TimeTime", "time::Time"),
    ("sea_orm::TimeDateTime", "time::PrimitiveDateTime"),
    ("sea_orm::TimeDateTimeWithTimeZone", "time::OffsetDateTime"),
    ("chrono::Duration", "chrono::TimeDelta"),
    ("std::time::Duration", "core::time::Duration"),
];

/// What a field of this type holds.
pub(super) fn field_type(ty: &Type, scope: &Names<'_>) -> FieldType {
    let (holds, named) = holds(ty, scope);
    let text = ty.to_token_stream().to_string().split_whitespace().collect();
    FieldType { text, holds, reads_labels: false, named }
}

fn holds(ty: &Type, scope: &Names<'_>) -> (Holds, Option<Named>) {
    match ty {
        Type::Reference(reference) => holds(&reference.elem, scope),
        Type::Paren(inner) => holds(&inner.elem, scope),
        Type::Group(inner) => holds(&inner.elem, scope),
        Type::Slice(slice) => several(&slice.elem, scope),
        Type::Array(array) => several(&array.elem, scope),
        Type::Path(path) if path.qself.is_none() => {
            let Some(full) = full_path(&path.path, scope) else {
                let last = path.path.segments.last();
                let named = last
                    .map(|last| Named { ident: last.ident.unraw().to_string(), is_array: false });
                return (Holds::UNKNOWN, named);
            };
            let argument = argument(&path.path);
            match (&*full, argument) {
                ("Option", Some(inner)) => {
                    let (inner, named) = holds(inner, scope);
                    (inner.or_null(), named)
                }
                ("Vec", Some(inner)) => several(inner, scope),
                (JSON, _) => (Holds::of_rust("serde_json::Value"), None),
                (pointer, Some(inner)) if POINTERS.contains(&pointer) => holds(inner, scope),
                (path, _) => (Holds::of_rust(path), None),
            }
        }
        _ => (Holds::UNKNOWN, None),
    }
}

/// What several of a type hold: an array, or bytes.
fn several(element: &Type, scope: &Names<'_>) -> (Holds, Option<Named>) {
    if let Type::Path(path) = element
        && full_path(&path.path, scope).as_deref() == Some("u8")
    {
        return (Holds::BYTES, None);
    }
    let (inner, named) = holds(element, scope);
    let holds = if inner.is_known() { inner.array() } else { Holds::UNKNOWN };
    (holds, named.map(|named| Named { is_array: true, ..named }))
}

/// The last type among the arguments: that of `Cow<'_, str>` as well.
fn argument(path: &syn::Path) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().rev().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The path of a type in the crate that has it, as [`Holds::of_rust`] names it; `None` if it is not known to be one of those.
fn full_path(path: &syn::Path, scope: &Names<'_>) -> Option<String> {
    let segments: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    let (first, rest) = segments.split_first()?;
    if scope.own.contains(first) {
        return None;
    }
    let written = segments.join("::");
    if let Some(imported) = scope.imports.path_of(first) {
        let full = if rest.is_empty() {
            imported.to_owned()
        } else {
            format!("{imported}::{}", rest.join("::"))
        };
        return canonical(&full);
    }
    if !rest.is_empty() {
        return canonical(&written);
    }
    if PRELUDE.contains(&&**first) || POINTERS.contains(&&**first) {
        return Some(written);
    }
    let mut globs = scope.imports.globs().map(|glob| format!("{glob}::{written}"));
    globs.find_map(|full| canonical(&full))
}

/// Where the crate that has a type has it. `None` if it is none that is known.
fn canonical(full: &str) -> Option<String> {
    let (module, name) = full.rsplit_once("::")?;
    if STD.contains(&module) && (PRELUDE.contains(&name) || POINTERS.contains(&name)) {
        return Some(name.to_owned());
    }
    let home = PASSED_ON.iter().find(|(passing, _)| *passing == module);
    let joined = format!("{}::{name}", home.map_or(module, |(_, home)| *home));
    let alias = ALIASES.iter().find(|(alias, _)| *alias == joined);
    let path = alias.map_or(&*joined, |(_, path)| *path);
    (path == JSON || Holds::of_rust(path).is_known()).then(|| path.to_owned())
}
