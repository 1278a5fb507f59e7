//! The types that columns are defined with.

use super::executor::Executor;
use super::stretch::Text;
use crate::catalog::{BuiltIn, ColumnType, Modifiers, TypeKind};
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::Env;
use crate::text::ddl::{Fields, TypeName, TypePath};
use crate::text::name::Path;
use crate::text::node::{SyntaxKind, SyntaxNode};

/// `serial` and its like, each with the type that the column gets (`transformColumnDefinition` in `parse_utilcmd.c`).
const SERIALS: [(&str, &str); 6] = [
    ("smallserial", "int2"),
    ("serial2", "int2"),
    ("serial", "int4"),
    ("serial4", "int4"),
    ("bigserial", "int8"),
    ("serial8", "int8"),
];

/// The integer type of a column that is defined as `serial`.
pub(super) fn serial(name: &TypeName) -> Option<&'static str> {
    let TypePath::Other(path) = &name.path else { return None };
    let Path { schema: None, name: serial } = &**path else { return None };
    if name.is_array {
        return None;
    }
    let found = SERIALS.iter().find(|(there, _)| **there == **serial);
    found.map(|(_, integer)| *integer)
}

impl Executor<'_> {
    /// The type that a name means for a column.
    pub(super) fn column_type(&self, name: &TypeName) -> ColumnType {
        let path = &name.path;
        if matches!(path, TypePath::Other(path) if path.has_hole()) {
            return ColumnType::Unknown;
        }
        let found = match path {
            TypePath::BuiltIn(name) => self.catalog().find_on_path(name, true),
            _ => self.catalog().find_named(path.schema(), path.name()),
        };
        if let Some(id) = found {
            return match self.catalog().ty(id).map(|ty| &ty.kind) {
                Some(TypeKind::Array(of)) => ColumnType::Own { id: *of, is_array: true },
                _ => ColumnType::Own { id, is_array: name.is_array },
            };
        }
        let built_in = |name: &str| match name {
            "pg_lsn" => Some("pg_lsn"),
            _ => pg_enum_core::built_in_type(name),
        };
        let built_in = match path {
            TypePath::Keyword(name) | TypePath::BuiltIn(name) => Some(*name),
            TypePath::Other(path) => {
                if path.schema.as_deref().is_some_and(|schema| schema != "pg_catalog") {
                    return ColumnType::Unknown;
                }
                // An array type has the name of its elements' type with `_` before it.
                if let Some(element) = path.name.strip_prefix('_').and_then(built_in) {
                    return ColumnType::BuiltIn { ty: BuiltIn::new(element), is_array: true };
                }
                built_in(&path.name)
            }
        };
        match built_in {
            Some(built_in) => {
                let ty = BuiltIn { name: built_in, modifiers: modifiers(name) };
                ColumnType::BuiltIn { ty, is_array: name.is_array }
            }
            None => ColumnType::Unknown,
        }
    }

    /// A column's type must be there, as in [`check_type_named`](Self::check_type_named).
    pub(super) fn check_column_type(&self, name: &TypeName, text: &Text<'_>) -> Done {
        if !self.session.memory.enum_names.contains(name.path.name()) {
            return Ok(());
        }
        self.check_type_named(&name.path.to_path(), name.is_array, &text.at(name.range))
    }

    /// A column's type must be there. Only names that the folder gives to enums are held against it:
    /// others may be an extension's.
    pub(crate) fn check_type(&self, ty: &SyntaxNode, env: &Env) -> Done {
        let Some(path) = Path::of(ty) else { return Ok(()) };
        let is_array = ty.kind() == SyntaxKind::ARRAY_TYPE;
        self.check_type_named(&path, is_array, &env.origin.of(ty))
    }

    fn check_type_named(&self, path: &Path, is_array: bool, at: &Location) -> Done {
        if path.has_hole() || !self.session.memory.enum_names.contains(&path.name) {
            return Ok(());
        }
        if let Some(id) = self.catalog().find(path) {
            // There are no arrays of arrays.
            let is_array_type =
                matches!(self.catalog().ty(id).map(|ty| &ty.kind), Some(TypeKind::Array(_)));
            if is_array_type && is_array {
                let missing = Refusal::new("42704", format!("type \"{path}[]\" does not exist"));
                return Err(missing.about_name(&path.name).at(at));
            }
            return Ok(());
        }
        let is_built_in = path.schema.is_none() && pg_enum_core::is_built_in_type(&path.name);
        if is_built_in || path.schema.as_deref() == Some("pg_catalog") {
            return Ok(());
        }
        self.catalog().resolve(path).map(drop).map_err(|refusal| refusal.at(at))
    }
}

/// What the server makes of a type's modifiers (each type's `typmodin` function).
fn modifiers(name: &TypeName) -> Modifiers {
    let [first, second] = name.modifiers;
    // More digits of a second than there can be are a warning.
    let digits = first.map(|digits| digits.min(6));
    match (name.path.name(), first) {
        ("numeric", Some(precision)) => Modifiers::Numeric(precision, second.unwrap_or(0)),
        ("bit" | "bpchar" | "varbit" | "varchar", Some(length)) => Modifiers::Length(length),
        ("time" | "timetz" | "timestamp" | "timestamptz", Some(_)) => {
            digits.map_or(Modifiers::None, Modifiers::Length)
        }
        ("interval", _) if name.fields != Fields::ALL || digits.is_some() => {
            Modifiers::Interval(name.fields, digits)
        }
        _ => Modifiers::None,
    }
}
