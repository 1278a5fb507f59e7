//! Target lists.

use std::sync::Arc;

use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::output_name;
use crate::text::syntax::{child, child_that, function_name, is_expression, is_query};

/// The call of a function that makes rows, in the target list by itself or with a cast.
pub(super) fn set_call(expression: &SyntaxNode) -> Option<SyntaxNode> {
    match expression.kind() {
        SyntaxKind::CALL_EXPR => makes_rows(expression).then(|| expression.clone()),
        SyntaxKind::CAST_EXPR | SyntaxKind::PAREN_EXPR => {
            set_call(&child_that(expression, is_expression)?)
        }
        _ => None,
    }
}

/// Whether such a call stands anywhere in an expression, queries within it aside.
pub(super) fn has_set_call(expression: &SyntaxNode) -> bool {
    makes_rows(expression)
        || expression.children().any(|node| !is_query(node.kind()) && has_set_call(&node))
}

pub(super) fn makes_rows(node: &SyntaxNode) -> bool {
    if node.kind() != SyntaxKind::CALL_EXPR {
        return false;
    }
    let name = function_name(node);
    let endings = ["_to_table", "_array_elements", "_array_elements_text", "_matches", "_each"];
    matches!(&*name, "unnest" | "generate_series" | "generate_subscripts")
        || endings.iter().any(|ending| name.ends_with(ending))
}

pub(super) fn column_name(target: &SyntaxNode) -> Arc<str> {
    output_name::of_target(target).unwrap_or_else(|| "".into())
}

pub(super) fn is_aggregate(target: &SyntaxNode) -> bool {
    let Some(expression) = target.children().next() else { return false };
    let call = if expression.kind() == SyntaxKind::CAST_EXPR {
        child(&expression, SyntaxKind::CALL_EXPR)
    } else {
        Some(expression)
    };
    call.filter(|node| node.kind() == SyntaxKind::CALL_EXPR).is_some_and(|call| {
        matches!(
            &*function_name(&call),
            "count" | "array_agg" | "string_agg" | "bool_or" | "bool_and" | "max" | "min" | "sum"
        )
    })
}
