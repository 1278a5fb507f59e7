//! Expressions: what PL/pgSQL's conditions and dynamic statements, and look-ups in the catalogs, come to.

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use crate::ground::Refusal;
use crate::meaning::literal::literal;
use crate::meaning::value::{self, Value};
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, has_token, is_query};

impl Evaluator<'_> {
    /// What an expression comes to.
    pub(crate) fn eval(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        self.eval_typed(node, env).map(|value| match value {
            Value::NullArray => Value::Null,
            value => value,
        })
    }

    /// Likewise, with what type a null has, where that is known.
    pub(super) fn eval_typed(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if !self.limits().enter() {
            return Ok(Value::Unknown);
        }
        let value = self.eval_here(node, env);
        self.limits().leave();
        // What is done with a value takes as long as it is large.
        match &value {
            Ok(Value::Text(text)) => self.limits().charge(text.len() / 32),
            Ok(Value::Array(elements)) => self.limits().charge(elements.len() / 8),
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
        match node.children().next() {
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
        self.limits().charge(env.variables.len() / 64);
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

    pub(super) fn eval_all(&mut self, node: &SyntaxNode, env: &Env) -> Result<Vec<Value>, Refusal> {
        let mut values = Vec::new();
        for child in node.children() {
            values.push(self.eval(&child, env)?);
        }
        Ok(values)
    }

    fn eval_array(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if let Some(query) = child_that(node, is_query) {
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
