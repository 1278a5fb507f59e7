//! Expressions: what PL/pgSQL's conditions and dynamic statements, and look-ups in the catalogs, come to.

mod cast;
mod function;
mod operator;

pub(crate) use self::cast::array_literal;

use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode, LitKind};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::ground::Refusal;
use crate::meaning::session::Session;
use crate::meaning::value::{self, Row, Value};
use crate::text::name::{self};
use crate::text::origin::Origin;

/// What names mean in an expression.
#[derive(Clone)]
pub(crate) struct Env {
    /// Where the text of the expression stands.
    pub origin: Origin,
    /// Variables, the innermost last.
    pub variables: Vec<(Arc<str>, Value)>,
    /// The rows of the query around the expression, by alias.
    pub rows: Vec<(Arc<str>, Rc<Row>)>,
}

impl Env {
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin, variables: Vec::new(), rows: Vec::new() }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if let Some((_, there)) =
            self.variables.iter_mut().rev().find(|(variable, _)| &**variable == name)
        {
            let is_array = matches!(there, Value::Array(_) | Value::NullArray);
            *there = match value {
                Value::Text(text) if is_array => {
                    array_literal(&text).map_or(Value::Unknown, Value::array)
                }
                Value::Null if is_array => Value::NullArray,
                value => value,
            };
        }
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables
            .iter()
            .rev()
            .find(|(variable, _)| &**variable == name)
            .map(|(_, value)| value)
    }

    fn column(&self, name: &str) -> Option<Value> {
        self.rows.iter().rev().find_map(|(_, row)| {
            row.iter().find(|(column, _)| &**column == name).map(|(_, value)| value.clone())
        })
    }

    fn row(&self, alias: &str) -> Option<Value> {
        let (_, row) = self.rows.iter().rev().find(|(there, _)| &**there == alias)?;
        Some(Value::Row(Rc::clone(row)))
    }

    fn name(&self, name: &str) -> Value {
        self.column(name)
            .or_else(|| self.variable(name).cloned())
            .or_else(|| self.row(name))
            .map_or(Value::Unknown, |value| match value {
                // Rows in rows could double with every query around them.
                Value::Row(row) if row.iter().any(|(_, value)| matches!(value, Value::Row(_))) => {
                    Value::Unknown
                }
                // A table's alias that is used as a value is its only column, if it has one only.
                Value::Row(row) if row.len() == 1 && self.variable(name).is_none() => {
                    row[0].1.clone()
                }
                value => value,
            })
    }
}

pub(crate) type Evaluated = Result<Value, Refusal>;

/// The children of a node that are expressions or queries.
pub(crate) fn children(node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    node.children()
}

pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub(crate) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|child| child.kind() == kind)
}

pub(crate) fn is_query(kind: SyntaxKind) -> bool {
    use SyntaxKind::{COMPOUND_SELECT, PAREN_SELECT, SELECT, SELECT_INTO, TABLE, VALUES};
    matches!(kind, SELECT | SELECT_INTO | COMPOUND_SELECT | PAREN_SELECT | VALUES | TABLE)
}

impl Session {
    /// What an expression comes to.
    pub(crate) fn eval(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        self.eval_typed(node, env).map(|value| match value {
            Value::NullArray => Value::Null,
            value => value,
        })
    }

    /// Likewise, with what type a null has, where that is known.
    fn eval_typed(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if !self.enter() {
            return Ok(Value::Unknown);
        }
        let value = self.eval_here(node, env);
        self.leave();
        // What is done with a value takes as long as it is large.
        match &value {
            Ok(Value::Text(text)) => self.charge(text.len() / 32),
            Ok(Value::Array(elements)) => self.charge(elements.len() / 8),
            _ => {}
        }
        value
    }

    fn eval_here(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if is_query(node.kind()) {
            return self.scalar(node, env);
        }
        match node.kind() {
            SyntaxKind::LITERAL if has_token(node, SyntaxKind::POSITIONAL_PARAM) => {
                let name = node.text().to_string();
                Ok(env.variable(&name).cloned().unwrap_or(Value::Unknown))
            }
            SyntaxKind::LITERAL => Ok(literal(node)),
            SyntaxKind::NAME_REF => self.eval_name(node, env),
            SyntaxKind::FIELD_EXPR => self.eval_field(node, env),
            SyntaxKind::PAREN_EXPR | SyntaxKind::COLLATE => self.eval_only_child(node, env),
            SyntaxKind::TUPLE_EXPR | SyntaxKind::ARRAY_EXPR => self.eval_array(node, env),
            SyntaxKind::PREFIX_EXPR => self.eval_prefix(node, env),
            SyntaxKind::POSTFIX_EXPR => self.eval_postfix(node, env),
            SyntaxKind::BIN_EXPR => self.eval_binary(node, env),
            SyntaxKind::CAST_EXPR => self.eval_cast(node, env),
            SyntaxKind::CASE_EXPR => self.eval_case(node, env),
            SyntaxKind::INDEX_EXPR => self.eval_index(node, env),
            SyntaxKind::CALL_EXPR => self.call(node, env),
            SyntaxKind::PLPGSQL_EXPR => self.eval_plpgsql(node, env),
            _ => Ok(Value::Unknown),
        }
    }

    fn eval_only_child(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        match children(node).next() {
            Some(child) => self.eval(&child, env),
            None => Ok(Value::Unknown),
        }
    }

    /// An expression of PL/pgSQL's is a query without the word `SELECT`.
    fn eval_plpgsql(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if child(node, SyntaxKind::FROM_CLAUSE).is_some() {
            return self.scalar(node, env);
        }
        let target = child(node, SyntaxKind::TARGET_LIST).and_then(|list| {
            let mut targets = list.children();
            let first = targets.next()?;
            targets.next().is_none().then_some(first)
        });
        match target.and_then(|target| target.children().next()) {
            Some(expression) => self.eval(&expression, env),
            None => Ok(Value::Unknown),
        }
    }

    fn eval_name(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        self.charge(env.variables.len() / 64);
        if has_token(node, SyntaxKind::CURRENT_SCHEMA_KW) {
            return Ok(self.current_schema());
        }
        let name = name::identifier(node);
        if env.variable(&name).is_some() && env.column(&name).is_some() {
            let message = format!("column reference \"{name}\" is ambiguous");
            return Err(Refusal::new("42702", message)
                .at(&env.origin.of(node))
                .help("it could be a variable or a column: rename the variable"));
        }
        Ok(env.name(&name))
    }

    fn eval_field(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let mut parts = node.children();
        let (Some(base), Some(field)) = (parts.next(), parts.next()) else {
            return Ok(Value::Unknown);
        };
        let base = if base.kind() == SyntaxKind::NAME_REF {
            let name = name::identifier(&base);
            env.row(&name).or_else(|| env.variable(&name).cloned()).unwrap_or(Value::Unknown)
        } else {
            self.eval(&base, env)?
        };
        Ok(base.field(&name::identifier(&field)))
    }

    fn eval_all(&mut self, node: &SyntaxNode, env: &Env) -> Result<Vec<Value>, Refusal> {
        let mut values = Vec::new();
        for child in children(node) {
            values.push(self.eval(&child, env)?);
        }
        Ok(values)
    }

    fn eval_array(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if let Some(query) = node.children().find(|child| is_query(child.kind())) {
            return self.column(&query, env);
        }
        Ok(Value::array(self.eval_all(node, env)?))
    }

    fn eval_case(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let mut subject = None;
        for part in node.children() {
            match part.kind() {
                SyntaxKind::WHEN_CLAUSE_LIST => {
                    for when in part.children() {
                        let mut parts = when.children();
                        let (Some(condition), Some(then)) = (parts.next(), parts.next()) else {
                            return Ok(Value::Unknown);
                        };
                        let mut met = self.eval(&condition, env)?;
                        if let Some(subject) = &subject {
                            met = value::equal(subject, &met);
                        }
                        match met.truth() {
                            Some(true) => return self.eval(&then, env),
                            Some(false) => {}
                            None => return Ok(Value::Unknown),
                        }
                    }
                }
                SyntaxKind::ELSE_CLAUSE => return self.eval_only_child(&part, env),
                _ => subject = Some(self.eval(&part, env)?),
            }
        }
        Ok(Value::Null)
    }

    fn eval_index(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let values = self.eval_all(node, env)?;
        Ok(match values.as_slice() {
            [Value::Array(elements), Value::Int(index)] => usize::try_from(*index)
                .ok()
                .and_then(|index| elements.get(index.checked_sub(1)?))
                .cloned()
                .unwrap_or(Value::Null),
            [Value::Null, _] => Value::Null,
            _ => Value::Unknown,
        })
    }
}

/// What a literal says.
pub(crate) fn literal(node: &SyntaxNode) -> Value {
    let Some(literal) = ast::Literal::cast(node.clone()) else { return Value::Unknown };
    if has_token(node, SyntaxKind::NULL_KW) {
        return Value::Null;
    }
    if has_token(node, SyntaxKind::TRUE_KW) {
        return Value::Bool(true);
    }
    if has_token(node, SyntaxKind::FALSE_KW) {
        return Value::Bool(false);
    }
    if let Some(int) = literal.integer_value() {
        return int.to_string().parse().map_or(Value::Unknown, Value::Int);
    }
    // What is no string would come to an empty one: `$1`, `1.5`.
    if !matches!(
        literal.kind(),
        Some(
            LitKind::String(_)
                | LitKind::EscString(_)
                | LitKind::DollarQuotedString(_)
                | LitKind::UnicodeEscString(_)
                | LitKind::NationalString(_)
        )
    ) {
        return Value::Unknown;
    }
    literal.string_value().map_or(Value::Unknown, Value::text)
}
