//! `EXECUTE`, and what queries put into variables.

use super::Body;
use crate::Location;
use crate::replay::expression::{Env, child, is_query};
use crate::replay::name;
use crate::replay::origin::Origin;
use crate::replay::query::Rows;
use crate::replay::refusal::Refusal;
use crate::replay::session::Session;
use crate::replay::statement::{Done, too_nested};
use crate::replay::value::Value;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};
use std::rc::Rc;
use std::sync::Arc;

impl Session {
    /// A statement of SQL's, perhaps with an `INTO` that has been cut out.
    pub(super) fn run_sql(
        &mut self,
        node: &SyntaxNode,
        body: &Body,
        env: &mut Env,
        at: &Location,
    ) -> Done {
        let start = usize::from(node.text_range().start());
        let into = body.intos.iter().find(|into| into.query == start);
        if is_query(node.kind()) {
            let rows = self.query(node, env)?;
            if !rows.complete {
                self.interpret(node, env)?;
            }
            let found = if rows.complete { Some(!rows.list.is_empty()) } else { None };
            if let Some(into) = into {
                Self::assign_rows(&rows, &into.targets, env);
            }
            env.set("found", Value::of_truth(found));
            return Ok(());
        }
        self.interpret(node, env)?;
        if let Some(into) = into {
            Self::assign_rows(&Rows::default(), &into.targets, env);
        }
        let _ = at;
        if matches!(
            node.kind(),
            SyntaxKind::INSERT | SyntaxKind::UPDATE | SyntaxKind::DELETE | SyntaxKind::MERGE
        ) {
            env.set("found", Value::Unknown);
        }
        Ok(())
    }

    /// The first row of a query goes into variables.
    pub(super) fn assign_rows(rows: &Rows, targets: &[Arc<str>], env: &mut Env) {
        let row = rows.list.first();
        for (index, target) in targets.iter().enumerate() {
            let is_row = targets.len() == 1
                && env
                    .variables
                    .iter()
                    .rev()
                    .any(|(name, value)| name == target && matches!(value, Value::Row(_)));
            let value = match row {
                _ if !rows.complete && is_row => Value::Row(Rc::new(rows.shape.clone())),
                _ if !rows.complete => {
                    rows.shape.get(index).map_or(Value::Unknown, |(_, value)| perhaps(value))
                }
                Some(row) if is_row => Value::Row(Rc::new(row.clone())),
                Some(row) => row.get(index).map_or(Value::Null, |(_, value)| value.clone()),
                None => Value::Null,
            };
            env.set(target, value);
        }
    }

    pub(super) fn assign(&mut self, node: &SyntaxNode, env: &mut Env) -> Done {
        use SyntaxKind as K;
        let Some(target) = child(node, K::PLPGSQL_ASSIGN_TARGET) else { return Ok(()) };
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let mut value = self.eval(&expression, env)?;
        let Some(variable) = child(&target, K::PLPGSQL_VAR_NAME_REF) else { return Ok(()) };
        if target.children().count() > 1 {
            // A field or an element.
            value = Value::Unknown;
        }
        env.set(&name::identifier(&variable), value);
        Ok(())
    }

    pub(super) fn execute_dynamic(
        &mut self,
        node: &SyntaxNode,
        env: &mut Env,
        at: &Location,
    ) -> Done {
        use SyntaxKind as K;
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let into: Vec<_> = child(node, K::PLPGSQL_INTO_CLAUSE)
            .iter()
            .flat_map(SyntaxNode::descendants)
            .filter(|node| node.kind() == K::PLPGSQL_VAR_NAME_REF)
            .map(|node| name::identifier(&node))
            .collect();
        let text = match self.eval(&expression, env)? {
            Value::Text(text) => text,
            Value::Null => {
                return Err(Refusal::new("22004", "query string argument of EXECUTE is null"));
            }
            _ => {
                self.unknown(at, "what this executes is put together at run time", &[]);
                Self::assign_rows(&Rows::default(), &into, env);
                return Ok(());
            }
        };
        let origin = Self::origin_of_text(&expression, env, at);
        if into.is_empty() {
            return self.run_text(&text, &origin);
        }
        let rows = match Self::parse_query(&text) {
            Some(query) => self.query(&query, &Env::new(origin))?,
            None => {
                self.run_text(&text, &origin)?;
                Rows::default()
            }
        };
        Self::assign_rows(&rows, &into, env);
        Ok(())
    }

    pub(super) fn parse_query(text: &str) -> Option<SyntaxNode> {
        if too_nested(text) {
            return None;
        }
        let node = SourceFile::parse(text).syntax_node().first_child()?;
        is_query(node.kind()).then_some(node)
    }

    /// Text that is one literal stands in the file as it is; any other is the statement's.
    pub(super) fn origin_of_text(expression: &SyntaxNode, env: &Env, at: &Location) -> Origin {
        let mut node = expression.clone();
        loop {
            if let Some(literal) = ast::Literal::cast(node.clone()) {
                return match literal.decoded_value() {
                    Some(decoded) => env.origin.decoded(decoded),
                    None => Origin::fixed(at),
                };
            }
            let mut children = node.children();
            match (children.next(), children.next()) {
                (Some(only), None)
                    if matches!(
                        node.kind(),
                        SyntaxKind::PLPGSQL_EXPR
                            | SyntaxKind::TARGET_LIST
                            | SyntaxKind::TARGET
                            | SyntaxKind::PAREN_EXPR
                    ) =>
                {
                    node = only;
                }
                _ => return Origin::fixed(at),
            }
        }
    }
}

/// A value that a row would have, if there is one: a text may be nothing instead.
pub(super) fn perhaps(value: &Value) -> Value {
    match value {
        Value::Text(text) if name::has_hole(text) => value.clone(),
        _ => Value::Unknown,
    }
}
