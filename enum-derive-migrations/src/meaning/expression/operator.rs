//! Operators.

use std::rc::Rc;

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use crate::ground::Refusal;
use crate::meaning::literal::array_literal;
use crate::meaning::value::{self, Value};
use crate::text::name::{self, has_hole};
use crate::text::node::{SyntaxElement, SyntaxKind, SyntaxNode};
use crate::text::syntax::{binary, has_token, is_query};

impl Evaluator<'_> {
    pub(super) fn eval_prefix(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(operand) = node.last_child() else { return Ok(Value::Unknown) };
        let operand = self.eval(&operand, env)?;
        if has_token(node, SyntaxKind::NOT_KW) {
            return Ok(value::not(&operand));
        }
        Ok(match operand {
            Value::Int(int) if has_token(node, SyntaxKind::MINUS) => {
                int.checked_neg().map_or(Value::Unknown, Value::Int)
            }
            _ => Value::Unknown,
        })
    }

    pub(super) fn eval_postfix(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(operand) = node.first_child() else { return Ok(Value::Unknown) };
        let is_null = Value::of_truth(is_null(&self.eval(&operand, env)?));
        Ok(if has_token(node, SyntaxKind::ISNULL_KW) {
            is_null
        } else if has_token(node, SyntaxKind::NOTNULL_KW) {
            value::not(&is_null)
        } else {
            Value::Unknown
        })
    }

    pub(super) fn eval_binary(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some((left, operator, right)) = binary(node) else { return Ok(Value::Unknown) };
        let (left, right) = (&left, &right);
        let op = operator.kind();
        let sign = Sign::of(&operator);
        if sign == Sign::Concatenation {
            let nodes = (left.kind(), right.kind());
            let (mut left, mut right) = (self.eval_typed(left, env)?, self.eval_typed(right, env)?);
            // Next to an array, a plain literal is one too.
            let is_array = |value: &Value| matches!(value, Value::Array(_) | Value::NullArray);
            if is_array(&left) && nodes.1 == SyntaxKind::LITERAL {
                right = array_of_literal(right)?;
            } else if is_array(&right) && nodes.0 == SyntaxKind::LITERAL {
                left = array_of_literal(left)?;
            }
            return Ok(self.concatenate(&left, &right));
        }
        // Each operand at most once: chains of operators are deep to the left.
        let left_node = left;
        let mut left = self.eval(left, env)?;
        if matches!(op, SyntaxKind::AND_KW) && left == Value::Bool(false) {
            return Ok(left);
        }
        if matches!(op, SyntaxKind::OR_KW) && left == Value::Bool(true) {
            return Ok(left);
        }
        if let Some(list) = quantified(right) {
            let all = list.kind() == SyntaxKind::ALL_FN;
            let elements = self.elements(&list, env)?;
            return Ok(match sign {
                Sign::Equal | Sign::NotEqual => {
                    among(&left, elements.as_deref(), all, sign == Sign::NotEqual)
                }
                _ => Value::Unknown,
            });
        }
        match op {
            SyntaxKind::IN_KW | SyntaxKind::NOT_IN => {
                let elements = self.elements(right, env)?;
                let negated = matches!(op, SyntaxKind::NOT_IN);
                return Ok(among(&left, elements.as_deref(), negated, negated));
            }
            SyntaxKind::IS_KW | SyntaxKind::IS_NOT => {
                let wanted = self.eval(right, env)?;
                let same = match wanted {
                    Value::Null => is_null(&left),
                    Value::Bool(wanted) => match left {
                        Value::Null => Some(false),
                        left => left.truth().map(|truth| truth == wanted),
                    },
                    _ => None,
                };
                let same = Value::of_truth(same);
                return Ok(if matches!(op, SyntaxKind::IS_KW) { same } else { value::not(&same) });
            }
            _ => {}
        }
        let (left_node, right_node) = (left_node.clone(), right.clone());
        let mut right = self.eval(right, env)?;
        if matches!(op, SyntaxKind::SLASH | SyntaxKind::PERCENT) && right == Value::Int(0) {
            self.host.may_fail(env.origin.of(node), "22012");
        }
        // A label's place among the others is known, the number that says so is not.
        if is_column(&left_node, &["enumsortorder"]) != is_column(&right_node, &["enumsortorder"]) {
            return Ok(Value::Unknown);
        }
        // A literal that is compared to a name becomes one, and is cut.
        if is_name(&left_node) && right_node.kind() == SyntaxKind::LITERAL {
            right = cut(right);
        } else if is_name(&right_node) && left_node.kind() == SyntaxKind::LITERAL {
            left = cut(left);
        }
        Ok(match sign {
            Sign::Equal => value::equal(&left, &right),
            Sign::NotEqual => value::not(&value::equal(&left, &right)),
            _ => Self::operator(&operator, &left, &right),
        })
    }

    pub(super) fn operator(operator: &SyntaxElement, left: &Value, right: &Value) -> Value {
        use SyntaxKind as K;
        let op = operator.kind();
        let ordering = || value::compare(left, right);
        let never_text = !matches!((left, right), (Value::Text(_), Value::Text(_)));
        let int = |op: fn(i64, i64) -> Option<i64>| match (left, right) {
            (Value::Int(left), Value::Int(right)) => {
                op(*left, *right).map_or(Value::Unknown, Value::Int)
            }
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            _ => Value::Unknown,
        };
        match op {
            K::AND_KW => value::and(left, right),
            K::OR_KW => value::or(left, right),
            K::IS_DISTINCT_FROM | K::IS_NOT_DISTINCT_FROM => {
                let same = match (left, right) {
                    (Value::Null, Value::Null) => Value::Bool(true),
                    (Value::Null, other) | (other, Value::Null) => Value::of_truth(is_null(other)),
                    _ => value::equal(left, right),
                };
                if matches!(op, K::IS_DISTINCT_FROM) { value::not(&same) } else { same }
            }
            K::L_ANGLE | K::R_ANGLE | K::LTEQ | K::GTEQ => {
                if matches!(left, Value::Null) || matches!(right, Value::Null) {
                    return Value::Null;
                }
                let truth = ordering().filter(|_| never_text).map(|ordering| match op {
                    K::L_ANGLE => ordering.is_lt(),
                    K::R_ANGLE => ordering.is_gt(),
                    K::LTEQ => ordering.is_le(),
                    _ => ordering.is_ge(),
                });
                Value::of_truth(truth)
            }
            K::LIKE_KW | K::NOT_LIKE | K::ILIKE_KW | K::NOT_ILIKE => {
                let (Value::Text(text), Value::Text(pattern)) = (left, right) else {
                    return Value::Unknown;
                };
                let matched = if matches!(op, K::ILIKE_KW | K::NOT_ILIKE) {
                    value::like(&text.to_lowercase(), &pattern.to_lowercase())
                } else {
                    value::like(text, pattern)
                };
                let matched = Value::of_truth(matched);
                let negated = matches!(op, K::NOT_LIKE | K::NOT_ILIKE);
                if negated { value::not(&matched) } else { matched }
            }
            K::CUSTOM_OP => {
                let op = operator.to_string();
                let (Value::Text(text), Value::Text(pattern)) = (left, right) else {
                    return Value::Unknown;
                };
                let matched = match op.trim_start_matches('!') {
                    "~" => value::matches(text, pattern),
                    "~*" => value::matches(&text.to_lowercase(), &pattern.to_lowercase()),
                    _ => return Value::Unknown,
                };
                let matched = Value::of_truth(matched);
                if op.starts_with('!') { value::not(&matched) } else { matched }
            }
            K::PLUS => int(i64::checked_add),
            K::MINUS => int(i64::checked_sub),
            K::STAR => int(i64::checked_mul),
            _ => Value::Unknown,
        }
    }

    /// `||`, of texts or arrays.
    pub(super) fn concatenate(&self, left: &Value, right: &Value) -> Value {
        match (left, right) {
            (Value::Array(left), Value::Array(right)) => {
                Value::array(left.iter().chain(right.iter()).cloned().collect())
            }
            // An array that is null is as good as empty here.
            (Value::Array(array), Value::Null | Value::NullArray)
            | (Value::Null | Value::NullArray, Value::Array(array)) => {
                Value::Array(Rc::clone(array))
            }
            (Value::NullArray, Value::Null | Value::NullArray)
            | (Value::Null, Value::NullArray) => Value::NullArray,
            (Value::NullArray, element) | (element, Value::NullArray) => {
                Value::array(vec![element.clone()])
            }
            (Value::Array(left), right) => {
                Value::array(left.iter().chain([right]).cloned().collect())
            }
            (left, Value::Array(right)) => {
                Value::array([left].into_iter().chain(right.iter()).cloned().collect())
            }
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (Value::Unknown, Value::Unknown) => Value::Unknown,
            _ => Value::text(self.text_or_hole(left) + &self.text_or_hole(right)),
        }
    }

    /// What `IN`, `ANY` and `ALL` look through. `None` if that is not known.
    pub(super) fn elements(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Vec<Value>>, Refusal> {
        let inner = match node.kind() {
            SyntaxKind::TUPLE_EXPR => return self.eval_all(node, env).map(Some),
            SyntaxKind::ANY_FN
            | SyntaxKind::SOME_FN
            | SyntaxKind::ALL_FN
            | SyntaxKind::PAREN_EXPR => node.children().next(),
            _ => Some(node.clone()),
        };
        let Some(inner) = inner else { return Ok(None) };
        let value = if is_query(inner.kind()) {
            self.column(&inner, env)?
        } else {
            self.eval(&inner, env)?
        };
        Ok(match value {
            Value::Array(elements) => Some(elements.to_vec()),
            Value::Text(text) if node.kind() != SyntaxKind::PAREN_EXPR => array_literal(&text),
            // One element in parentheses.
            value if node.kind() == SyntaxKind::PAREN_EXPR && !is_query(inner.kind()) => {
                Some(vec![value])
            }
            _ => None,
        })
    }
}

/// The operators that may also be spelled `OPERATOR(pg_catalog.=)`.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Equal,
    NotEqual,
    Concatenation,
    Other,
}

impl Sign {
    fn of(operator: &SyntaxElement) -> Self {
        use SyntaxKind as K;
        match operator.kind() {
            K::EQ => Self::Equal,
            K::NEQ | K::NEQB => Self::NotEqual,
            K::CUSTOM_OP => Self::named(&operator.to_string()),
            K::OPERATOR_CALL => {
                let text = operator.to_string();
                let inside = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
                match inside.map(|inside| inside.trim().rsplit_once('.')) {
                    // Anybody's.
                    Some(Some((schema, _))) if schema.trim() != "pg_catalog" => Self::Other,
                    Some(Some((_, name))) => Self::named(name.trim()),
                    Some(None) => Self::named(inside.unwrap_or_default().trim()),
                    None => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "=" => Self::Equal,
            "<>" | "!=" => Self::NotEqual,
            "||" => Self::Concatenation,
            _ => Self::Other,
        }
    }
}

/// Whether an expression is a column of the catalogs that holds names.
fn is_name(node: &SyntaxNode) -> bool {
    is_column(node, &["enumlabel", "typname", "nspname", "relname"])
}

fn is_column(node: &SyntaxNode, names: &[&str]) -> bool {
    let column = match node.kind() {
        SyntaxKind::NAME_REF => Some(node.clone()),
        SyntaxKind::FIELD_EXPR => node.children().last(),
        _ => None,
    };
    column.is_some_and(|column| {
        // Spelled plainly, in quotes, or with escapes, which take more.
        let length = usize::from(column.text().len());
        let may_be = |name: &&str| length == name.len() || length >= name.len() + 2;
        names.iter().any(may_be) && names.contains(&&*name::identifier(&column))
    })
}

/// What a plain literal says where an array is wanted.
fn array_of_literal(value: Value) -> Evaluated {
    match value {
        Value::Text(text) if !has_hole(&text) && !text.contains('{') => {
            Err(Refusal::new("22P02", format!("malformed array literal: \"{text}\"")))
        }
        Value::Text(text) => Ok(array_literal(&text).map_or(Value::Unknown, Value::array)),
        value => Ok(value),
    }
}

/// As a name.
fn cut(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::text(name::truncated(&text)),
        value => value,
    }
}

pub(super) fn is_null(value: &Value) -> Option<bool> {
    match value {
        Value::Unknown => None,
        // Null makes a null of what it is part of.
        Value::Text(text) if has_hole(text) => None,
        value => Some(*value == Value::Null),
    }
}

/// The `ANY`, `SOME` or `ALL` that a node is.
pub(super) fn quantified(node: &SyntaxNode) -> Option<SyntaxNode> {
    let inner =
        if node.kind() == SyntaxKind::CALL_EXPR { node.children().next()? } else { node.clone() };
    matches!(inner.kind(), SyntaxKind::ANY_FN | SyntaxKind::SOME_FN | SyntaxKind::ALL_FN)
        .then_some(inner)
}

/// `= ANY`, `<> ANY`, `= ALL`, `<> ALL`.
pub(super) fn among(value: &Value, elements: Option<&[Value]>, all: bool, negated: bool) -> Value {
    let Some(elements) = elements else { return Value::Unknown };
    elements.iter().fold(Value::Bool(all), |result, element| {
        let mut met = value::equal(value, element);
        if negated {
            met = value::not(&met);
        }
        if all { value::and(&result, &met) } else { value::or(&result, &met) }
    })
}
