//! What literals say.

use crate::meaning::value::Value;
use crate::text::literal;
use crate::text::name::has_hole;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::has_token;

/// What a literal says.
pub(crate) fn literal(node: &SyntaxNode) -> Value {
    if node.kind() != SyntaxKind::LITERAL {
        return Value::Unknown;
    }
    if has_token(node, SyntaxKind::NULL_KW) {
        return Value::Null;
    }
    if has_token(node, SyntaxKind::TRUE_KW) {
        return Value::Bool(true);
    }
    if has_token(node, SyntaxKind::FALSE_KW) {
        return Value::Bool(false);
    }
    if let Some(int) = literal::integer(node) {
        return Value::Int(int);
    }
    // What is no string would come to an empty one: `$1`, `1.5`.
    let text = if literal::is_string(node) { literal::text(node) } else { None };
    text.map_or(Value::Unknown, Value::text)
}

/// The elements of an array that is written as text, `{a,"b c"}`.
pub(crate) fn array_literal(text: &str) -> Option<Vec<Value>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if has_hole(text) || rest.contains('{') {
        return None;
    }
    let mut elements = Vec::new();
    if rest.trim().is_empty() {
        return Some(elements);
    }
    loop {
        rest = rest.trim_start();
        let mut element = String::new();
        let quoted = rest.starts_with('"');
        if quoted {
            let mut chars = rest[1..].char_indices();
            let end = loop {
                match chars.next()? {
                    (_, '\\') => element.push(chars.next()?.1),
                    (at, '"') => break at,
                    (_, c) => element.push(c),
                }
            };
            rest = rest[end + 2..].trim_start();
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            element.push_str(rest[..end].trim_end());
            rest = &rest[end..];
        }
        elements.push(if !quoted && element.eq_ignore_ascii_case("null") {
            Value::Null
        } else {
            Value::text(element)
        });
        if rest.is_empty() {
            return Some(elements);
        }
        rest = rest.strip_prefix(',')?;
    }
}
