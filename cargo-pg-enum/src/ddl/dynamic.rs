//! The text that `EXECUTE` runs, as far as the text of a block determines it.

use std::collections::{BTreeMap, BTreeSet};

use pg_enum_core::{Ident, Literal};
use squawk_lexer::TokenKind;
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::text::{literal_value, name, tokens};
use super::tree::{arguments, callee, last_name, names, sole_literal};

/// A placeholder for an unknown part: in quotes, a value; outside quotes, a name.
pub(super) const HOLE: char = '¿';

/// The variables of a block, and the values of those that never change.
#[derive(Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Value>,
}

#[derive(Clone)]
enum Value {
    /// Exactly this text.
    Text(String),
    /// SQL that forms a name, of which at least one part is known to be a name.
    Name(String),
    /// Unknown.
    Unknown,
}

impl Variables {
    /// The variables of a parsed block. A value is known if the variable is in the outermost declarations, where it
    /// cannot be confused with a function's parameter, and is set once.
    pub(super) fn of(tree: &SyntaxNode, text: &str) -> Self {
        use SyntaxKind as K;
        let mut variables = Self::default();
        let outermost = tree.descendants().find(|node| node.kind() == K::PLPGSQL_BLOCK);
        let outermost = outermost.and_then(|block| child(&block, K::PLPGSQL_DECLARE_SECTION));
        let mut declared = BTreeSet::new();
        let mut unknown: BTreeSet<String> = into(text).into_iter().collect();
        for node in tree.descendants() {
            match node.kind() {
                K::PLPGSQL_VAR_DECL => {
                    let Some(target) = child(&node, K::PLPGSQL_VAR_NAME) else { continue };
                    let Some(target) = last_name(&target) else { continue };
                    let is_first = node.parent() == outermost && declared.insert(target.clone());
                    if !is_first {
                        unknown.insert(target.clone());
                    }
                    // Without an initial value, it is null until it is set.
                    let init = child(&node, K::PLPGSQL_VAR_INIT);
                    if let Some(value) = init.and_then(|init| init.children().next()) {
                        variables.set(target, &value);
                    }
                }
                K::PLPGSQL_ASSIGN_STMT => {
                    let target = child(&node, K::PLPGSQL_ASSIGN_TARGET);
                    let value = child(&node, K::PLPGSQL_EXPR);
                    match (target.map(|target| names(&target)).as_deref(), value) {
                        (Some([target]), Some(value)) => variables.set(target.clone(), &value),
                        (targets, _) => unknown.extend(targets.into_iter().flatten().cloned()),
                    }
                }
                // Other ways to set a variable: a procedure may set its arguments.
                K::PLPGSQL_FOR_VARIABLE
                | K::PLPGSQL_INTO_TARGET
                | K::PLPGSQL_DIAG_TARGET
                | K::PLPGSQL_ALIAS_DECL
                | K::PLPGSQL_CALL_STMT => unknown.extend(names(&node)),
                _ => {}
            }
        }
        variables.values.retain(|name, _| declared.contains(name) && !unknown.contains(name));
        variables
    }

    fn set(&mut self, name: String, value: &SyntaxNode) {
        let value = self.value(value);
        let known = self.values.entry(name);
        known.and_modify(|known| *known = Value::Unknown).or_insert(value);
    }

    /// The text of an expression, with placeholders for unknown names and values.
    pub(super) fn text(&self, expression: &SyntaxNode) -> Option<String> {
        match self.value(expression) {
            Value::Text(text) => Some(text),
            Value::Name(_) | Value::Unknown => None,
        }
    }

    fn value(&self, expression: &SyntaxNode) -> Value {
        self.known(expression).unwrap_or(Value::Unknown)
    }

    fn known(&self, node: &SyntaxNode) -> Option<Value> {
        use SyntaxKind as K;
        match node.kind() {
            K::PLPGSQL_EXPR | K::TARGET_LIST | K::TARGET | K::PAREN_EXPR | K::ARG => {
                let mut parts = node.children();
                let part = parts.next()?;
                if parts.next().is_some() { None } else { self.known(&part) }
            }
            K::LITERAL => sole_literal(node).and_then(|text| literal_value(&text)).map(Value::Text),
            K::NAME_REF => self.values.get(&last_name(node)?).cloned(),
            K::CALL_EXPR => self.called(node),
            K::BIN_EXPR => {
                let parts: Vec<SyntaxNode> = node.children().collect();
                let [left, operator, right] = parts.as_slice() else { return None };
                let operator = operator.text().to_string().to_ascii_lowercase();
                if !["||", "operator(pg_catalog.||)"].contains(&&*operator) {
                    return None;
                }
                let mut text = String::new();
                for side in [left, right] {
                    match self.known(side)? {
                        Value::Text(part) | Value::Name(part) => text += &part,
                        Value::Unknown => return None,
                    }
                }
                Some(Value::Text(text))
            }
            _ => None,
        }
    }

    fn called(&self, call: &SyntaxNode) -> Option<Value> {
        let arguments = arguments(call);
        let first = arguments.first()?;
        let value = |argument: &SyntaxNode| self.value(argument);
        match (callee(call)?.as_str(), arguments.len()) {
            ("quote_ident", 1) => Some(Value::Name(spelled_name(&value(first)))),
            ("quote_literal" | "quote_nullable", 1) => {
                Some(Value::Name(spelled_value(&value(first))))
            }
            ("format", _) => {
                let Value::Text(template) = value(first) else { return None };
                let arguments: Vec<Value> = arguments.iter().skip(1).map(value).collect();
                format(&template, &arguments)
            }
            _ => None,
        }
    }
}

fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|it| it.kind() == kind)
}

/// An argument as formatted by `%I`.
fn spelled_name(value: &Value) -> String {
    match value {
        Value::Text(text) => Ident(text).to_string(),
        Value::Name(_) | Value::Unknown => HOLE.to_string(),
    }
}

/// An argument as formatted by `%L`.
fn spelled_value(value: &Value) -> String {
    match value {
        Value::Text(text) => Literal(text).to_string(),
        Value::Name(_) | Value::Unknown => format!("'{HOLE}'"),
    }
}

/// The result of `format`: a name if it contains only names, and unknown if it could be any text.
fn format(template: &str, arguments: &[Value]) -> Option<Value> {
    if template.contains(HOLE) {
        return None;
    }
    let mut text = String::new();
    let mut arguments = arguments.iter();
    let mut is_name = true;
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            is_name &= c == '.';
            text.push(c);
            continue;
        }
        match chars.next()? {
            '%' => {
                is_name = false;
                text.push('%');
            }
            'I' => text += &spelled_name(arguments.next()?),
            'L' => {
                is_name = false;
                text += &spelled_value(arguments.next()?);
            }
            's' => match arguments.next()? {
                Value::Text(part) => {
                    is_name = false;
                    text += part;
                }
                Value::Name(part) => text += part,
                Value::Unknown => return None,
            },
            // Positions and widths.
            _ => return None,
        }
    }
    Some(if is_name && !text.is_empty() { Value::Name(text) } else { Value::Text(text) })
}

/// The targets of `INTO` in a block, found by tokens, because the tree does not contain them.
fn into(text: &str) -> Vec<String> {
    let Ok(tokens) = tokens(text) else { return Vec::new() };
    let mut targets = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Ident || !token.text.eq_ignore_ascii_case("into") {
            continue;
        }
        for target in tokens.iter().skip(index + 1) {
            match name(target.text) {
                Some(name) => targets.push(name),
                None if matches!(target.kind, TokenKind::Comma | TokenKind::Dot) => {}
                None => break,
            }
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::{Value, format};

    fn formatted(template: &str, arguments: &[Value]) -> Option<String> {
        match format(template, arguments)? {
            Value::Text(text) => Some(format!("text {text}")),
            Value::Name(name) => Some(format!("name {name}")),
            Value::Unknown => None,
        }
    }

    #[test]
    fn format_leaves_holes_for_names_and_values_alone() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            formatted("%I.%I", &[Value::Unknown, text("Mood")]).as_deref(),
            Some("name ¿.\"Mood\"")
        );
        let name = Value::Name("¿.mood".to_owned());
        assert_eq!(
            formatted("ALTER TYPE %s ADD VALUE %L", &[name, Value::Unknown]).as_deref(),
            Some("text ALTER TYPE ¿.mood ADD VALUE '¿'")
        );
        assert_eq!(formatted("%s", &[Value::Unknown]), None);
        assert_eq!(formatted("%1$s", &[text("a")]), None);
        assert_eq!(formatted("100%% %s", &[text("a")]).as_deref(), Some("text 100% a"));
        assert_eq!(formatted("¿", &[]), None);
        assert_eq!(formatted("%I", &[]), None);
    }
}
