//! `ORDER BY`.

use std::cmp::Ordering;

use super::env::Env;
use super::evaluator::Evaluator;
use super::rows::{Bindings, with_rows};
use super::target::column_name;
use crate::ground::{Refusal, sort};
use crate::meaning::literal::literal;
use crate::meaning::value::{self, Value};
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, descendants, is_query};

impl Evaluator<'_> {
    /// Sorts rows. Whether their order is known then.
    pub(super) fn order(
        &mut self,
        rows: &mut Vec<Bindings>,
        clause: &SyntaxNode,
        targets: &[SyntaxNode],
        env: &Env,
    ) -> Result<bool, Refusal> {
        let mut keys = Vec::new();
        for key in descendants(clause, SyntaxKind::SORT_BY) {
            let Some(expression) = key.children().next() else { return Ok(false) };
            let descending = child(&key, SyntaxKind::SORT_DESC).is_some();
            keys.push((output_expression(&expression, targets).unwrap_or(expression), descending));
        }
        let mut keyed = Vec::new();
        for bindings in std::mem::take(rows) {
            let inside = with_rows(env, &bindings);
            let mut values = Vec::new();
            for (expression, _) in &keys {
                values.push(self.eval(expression, &inside)?);
            }
            keyed.push((values, bindings));
        }
        let mut known = true;
        sort(&mut keyed, &mut |(left, _), (right, _)| {
            for ((expression, descending), (left, right)) in keys.iter().zip(left.iter().zip(right))
            {
                let Some(ordering) = sort_order(expression, left, right) else {
                    known = false;
                    continue;
                };
                if ordering.is_ne() {
                    return if *descending { ordering.reverse() } else { ordering };
                }
            }
            Ordering::Equal
        });
        known &= keyed.windows(2).all(|pair| pair[0].0 != pair[1].0);
        for (_, bindings) in keyed {
            rows.push(bindings);
        }
        Ok(known)
    }
}

/// What a number or the name of an output column in `ORDER BY` stands for.
pub(super) fn output_expression(key: &SyntaxNode, targets: &[SyntaxNode]) -> Option<SyntaxNode> {
    let target = match key.kind() {
        SyntaxKind::LITERAL => match literal(key) {
            Value::Int(position) => targets.get(usize::try_from(position).ok()?.checked_sub(1)?),
            _ => None,
        },
        SyntaxKind::NAME_REF => {
            let name = name::identifier(key);
            targets.iter().find(|target| {
                child(target, SyntaxKind::AS_NAME).is_some() && column_name(target) == name
            })
        }
        _ => None,
    };
    target?.children().next()
}

/// How two values of a key are sorted. Names are by their bytes, other text as the database's
/// collation has it.
pub(super) fn sort_order(expression: &SyntaxNode, left: &Value, right: &Value) -> Option<Ordering> {
    if let (Value::Text(left), Value::Text(right)) = (left, right)
        && left != right
    {
        let text = expression.text().to_string().to_ascii_lowercase();
        let is_name = ["enumlabel", "typname", "nspname", "relname"]
            .iter()
            .any(|column| text.rsplit('.').next() == Some(column));
        let plain = |text: &str| text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !(is_name || plain(left) && plain(right)) {
            return None;
        }
    }
    value::compare(left, right)
}

/// Whether rows come out of a `FROM` clause in a certain order: those of a table do not.
pub(super) fn keeps_order(from: &SyntaxNode) -> bool {
    from.children().all(|item| match item.kind() {
        SyntaxKind::FUNCTION_FROM_ITEM | SyntaxKind::EXPR_FROM_ITEM => true,
        SyntaxKind::PAREN_FROM_ITEM => {
            child_that(&item, is_query).is_some_and(|query| is_ordered(&query))
        }
        _ => false,
    })
}

pub(super) fn is_ordered(query: &SyntaxNode) -> bool {
    match query.kind() {
        SyntaxKind::VALUES => true,
        SyntaxKind::PAREN_SELECT => {
            child_that(query, is_query).is_some_and(|query| is_ordered(&query))
        }
        SyntaxKind::SELECT => {
            child(query, SyntaxKind::ORDER_BY_CLAUSE).is_some()
                || child(query, SyntaxKind::FROM_CLAUSE).is_none_or(|from| keeps_order(&from))
        }
        _ => false,
    }
}
