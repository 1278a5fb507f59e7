//! Errors that a body raises, and those that it handles.

use std::sync::Arc;

use super::body::Body;
use super::condition;
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::name;
use crate::text::node::{SyntaxElement, SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, children};

impl Body<'_> {
    pub(super) fn raise(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let level = child(node, K::PLPGSQL_RAISE_LEVEL);
        if level
            .is_some_and(|level| !level.text().to_string().trim().eq_ignore_ascii_case("exception"))
        {
            return Ok(());
        }
        let condition = child(node, K::PLPGSQL_CONDITION);
        let message = child(node, K::PLPGSQL_RAISE_MESSAGE);
        let using = child(node, K::PLPGSQL_RAISE_USING_CLAUSE);
        if condition.is_none() && message.is_none() && using.is_none() {
            return match self.handling.last() {
                Some(refusal) => Err(refusal.clone()),
                None => Err(Refusal::new(
                    "0Z002",
                    "RAISE without parameters cannot be used outside an exception handler",
                )),
            };
        }
        let mut sqlstate: Arc<str> = "P0001".into();
        let mut text = String::new();
        if let Some(condition) = condition {
            sqlstate = condition_codes(&condition).into_iter().next().unwrap_or(sqlstate);
            condition.text().to_string().trim().clone_into(&mut text);
        }
        if let Some(message) = message {
            let pattern = message.children().next().map(|text| literal(&text));
            if let Some(Value::Text(pattern)) = pattern {
                let mut parts = pattern.split('%');
                parts.next().unwrap_or_default().clone_into(&mut text);
                let mut parameters = node.children().filter(|node| node.kind() == K::PLPGSQL_EXPR);
                for part in parts {
                    let value = match parameters.next() {
                        Some(parameter) => self.evaluator().eval(&parameter, env)?,
                        None => Value::text("%"),
                    };
                    text.push_str(&self.evaluator().as_text(&value).unwrap_or_else(|| "…".into()));
                    text.push_str(part);
                }
            }
        }
        for option in using.iter().flat_map(SyntaxNode::children) {
            let Some(value) = child(&option, K::PLPGSQL_EXPR) else { continue };
            let value = self.evaluator().eval(&value, env)?;
            let Value::Text(value) = value else { continue };
            match option.kind() {
                K::PLPGSQL_RAISE_OPTION_ERRCODE => {
                    sqlstate =
                        condition::codes(&value).first().map_or(value, |code| (*code).into());
                }
                K::PLPGSQL_RAISE_OPTION_MESSAGE => value.as_ref().clone_into(&mut text),
                _ => {}
            }
        }
        let text = text.replace(name::HOLE, "…");
        Err(Refusal::new(sqlstate, text).about_anything().raised())
    }
}

pub(super) fn find_handler(section: &SyntaxNode, sqlstate: &str) -> Option<SyntaxNode> {
    for handler in children(section, SyntaxKind::PLPGSQL_EXCEPTION_HANDLER) {
        for condition in children(&handler, SyntaxKind::PLPGSQL_CONDITION) {
            if condition_codes(&condition).iter().any(|code| condition::catches(code, sqlstate)) {
                return Some(handler);
            }
        }
    }
    None
}

/// The error codes that a condition of PL/pgSQL's stands for.
pub(super) fn condition_codes(node: &SyntaxNode) -> Vec<Arc<str>> {
    let literal = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(|token| token.kind() == SyntaxKind::STRING)
        .map(|token| token.text().trim_matches('\'').to_owned());
    match literal {
        Some(code) => vec![Arc::from(code)],
        None => {
            let mut codes = Vec::new();
            for code in condition::codes(&name::identifier(node)) {
                codes.push(Arc::from(*code));
            }
            codes
        }
    }
}
