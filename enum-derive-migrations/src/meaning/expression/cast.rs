//! Values as other types, and as text.

use std::sync::Arc;

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use crate::catalog::TypeKind;
use crate::ground::{Refusal, TypeId};
use crate::meaning::literal::array_literal;
use crate::meaning::value::{self, Value};
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child_that, is_expression, is_type};

impl Evaluator<'_> {
    /// A value as text, a hole where it is not known.
    pub(crate) fn text_or_hole(&self, value: &Value) -> String {
        self.as_text(value).unwrap_or_else(Value::hole)
    }

    /// A value as `::text` shows it; null is nothing.
    pub(crate) fn as_text(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Unknown | Value::Row(_) => return None,
            Value::Null | Value::NullArray => String::new(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Text(text) | Value::BuiltIn(text) => text.to_string(),
            Value::Schema(name) => name::quote_ident(name),
            Value::Type(id) => self.type_name(*id)?,
            Value::Array(elements) => {
                let mut text = String::from("{");
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    match element {
                        Value::Null => text.push_str("NULL"),
                        element => text.push_str(&self.as_text(element)?),
                    }
                    if text.len() > value::MAX_TEXT {
                        return None;
                    }
                }
                text + "}"
            }
        })
    }

    /// A type's name as `regtype` shows it: qualified only while the path hides it.
    pub(crate) fn type_name(&self, id: TypeId) -> Option<String> {
        let ty = self.catalog().ty(id)?;
        if let TypeKind::Array(of) = ty.kind {
            return Some(format!("{}[]", self.type_name(of)?));
        }
        let (schema, name) = &ty.key;
        let path = Path { schema: None, name: Arc::clone(name) };
        let short = name::quote_ident(name);
        let visible = self.catalog().find(&path) == Some(id);
        Some(if visible { short } else { format!("{}.{short}", name::quote_ident(schema)) })
    }

    pub(super) fn eval_cast(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let operand = child_that(node, is_expression);
        let ty = child_that(node, is_type);
        let (Some(operand), Some(ty)) = (operand, ty) else { return Ok(Value::Unknown) };
        let value = self.eval(&operand, env)?;
        self.cast(value, &ty, env)
    }

    /// A value of another type, as far as that makes a difference here.
    pub(crate) fn cast(&mut self, value: Value, ty: &SyntaxNode, env: &Env) -> Evaluated {
        let array = ty.kind() == SyntaxKind::ARRAY_TYPE;
        let Some(path) = Path::of(ty) else { return Ok(value) };
        if array {
            let element = child_that(ty, is_type);
            let elements = match &value {
                Value::Array(elements) => Some(elements.to_vec()),
                Value::Text(text) => array_literal(text),
                Value::Null => return Ok(Value::Null),
                _ => None,
            };
            let (Some(elements), Some(element)) = (elements, element) else {
                return Ok(Value::Unknown);
            };
            let mut cast = Vec::with_capacity(elements.len());
            for value in elements {
                cast.push(self.cast(value, &element, env)?);
            }
            return Ok(Value::array(cast));
        }
        if matches!(value, Value::Unknown | Value::Null) {
            return Ok(value);
        }
        let at = || env.origin.of(ty);
        Ok(match &*path.name {
            "regtype" => match &value {
                Value::Text(text) => {
                    let ty = self.regtype(text).map_err(|refusal| refusal.at(&at()))?;
                    if ty == Value::Unknown {
                        self.host.may_fail(at(), "42704");
                    }
                    ty
                }
                _ => value,
            },
            "regnamespace" => match &value {
                Value::Text(text) if has_hole(text) => Value::Unknown,
                Value::Text(text) => match name::parse_path(text) {
                    Some(path) if self.catalog().has_schema(&path.name) => Value::Schema(path.name),
                    Some(path) => return Err(Refusal::no_schema(&path.name).at(&at())),
                    None => Value::Unknown,
                },
                _ => value,
            },
            "name" => self
                .as_text(&value)
                .map_or(Value::Unknown, |text| Value::text(name::truncated(&text))),
            "text" | "varchar" | "bpchar" => {
                self.as_text(&value).map_or(Value::Unknown, Value::text)
            }
            "int" | "integer" | "int4" | "int8" | "bigint" | "smallint" | "int2" => match &value {
                Value::Text(text) => text.trim().parse().map_or(Value::Unknown, Value::Int),
                _ => value,
            },
            "oid" => value,
            "bool" | "boolean" => Value::of_truth(value.truth()),
            _ => {
                if self.is_in_doubt(&path) {
                    self.host.may_fail(at(), "42704");
                    self.host.may_fail(at(), "22P02");
                } else if let Some(sqlstate) = self.may_refuse(&path) {
                    self.host.may_fail(at(), sqlstate);
                }
                if let (Value::Text(text), Some(id)) = (&value, self.catalog().find(&path))
                    && let Some(ty) = self.catalog().ty(id)
                    && let TypeKind::Enum(labels) = &ty.kind
                    && !has_hole(text)
                {
                    let used = match labels.iter().find(|label| label.text == *text) {
                        Some(label) => self.catalog().check_safe(ty, label),
                        None => Err(Refusal::new(
                            "22P02",
                            format!("invalid input value for enum {}: \"{text}\"", ty.key.1),
                        )
                        .about(&ty.key)),
                    };
                    used.map_err(|refusal| refusal.at(&at()))?;
                }
                value
            }
        })
    }

    /// What a cast to a type may fail with, other than to an enum or a type of the server's own.
    fn may_refuse(&self, path: &Path) -> Option<&'static str> {
        match self.catalog().find(path).and_then(|id| self.catalog().ty(id)) {
            Some(ty) if matches!(ty.kind, TypeKind::Enum(_)) => None,
            Some(_) => Some("22P02"),
            None if pg_enum_core::is_built_in_type(&path.name) => None,
            // It may be an extension's.
            None => Some("42704"),
        }
    }

    /// What a text means as a type's name; an error if there is no such type.
    pub(crate) fn regtype(&self, text: &str) -> Evaluated {
        if has_hole(text) {
            return Ok(Value::Unknown);
        }
        if let Some(element) = text.trim_end().strip_suffix("[]") {
            return Ok(match self.regtype(element)? {
                Value::Type(of) => self.catalog().array_of(of).map_or(Value::Unknown, Value::Type),
                _ => Value::Unknown,
            });
        }
        let Some(path) = name::parse_path(text) else { return Ok(Value::Unknown) };
        if self.is_in_doubt(&path) {
            return Ok(Value::Unknown);
        }
        if let Some(id) = self.catalog().find(&path) {
            return Ok(Value::Type(id));
        }
        let built_in = path.schema.as_deref().is_none_or(|schema| schema == "pg_catalog");
        if built_in && pg_enum_core::is_built_in_type(&path.name) {
            return Ok(Value::BuiltIn(path.name));
        }
        self.catalog().resolve(&path).map(Value::Type)
    }
}
