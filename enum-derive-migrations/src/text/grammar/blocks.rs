//! Blocks.

use super::{Wrong, at, behind, range, without};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, children, has_token, is_expression};

pub(super) fn block(node: &SyntaxNode) -> Wrong {
    let is_nested = node.parent().is_some_and(|it| it.kind() == SyntaxKind::PLPGSQL_BODY);
    if !is_nested || has_token(node, SyntaxKind::SEMICOLON) {
        return None;
    }
    behind(node, "a semicolon is missing after a block")
}

/// A condition is the text up to `THEN`, which a `CASE` without parentheses has as well.
pub(super) fn condition(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let condition = child(node, K::PLPGSQL_EXPR)?;
    let mut depth = 0_usize;
    for element in condition.descendants_with_tokens() {
        match element.kind() {
            K::L_PAREN | K::L_BRACK => depth += 1,
            K::R_PAREN | K::R_BRACK => depth = depth.saturating_sub(1),
            K::CASE_EXPR if depth == 0 => {
                let range = element.text_range();
                return Some((
                    "a CASE in a condition needs parentheses",
                    range.start().into()..range.end().into(),
                ));
            }
            _ => {}
        }
    }
    None
}

/// `FETCH` gets one row.
pub(super) fn fetch(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let direction = child_that(node, |kind| {
        matches!(kind, K::ALL | K::FORWARD | K::BACKWARD) || is_expression(kind)
    });
    if let Some(direction) = direction {
        let is_plain = matches!(direction.kind(), K::FORWARD | K::BACKWARD)
            && !has_token(&direction, K::ALL_KW)
            && child_that(&direction, is_expression).is_none();
        if !is_plain {
            return at(&direction, "FETCH cannot get several rows here");
        }
    }
    without(&child(node, K::PLPGSQL_INTO_CLAUSE)?, K::STRICT_KW, "FETCH cannot be STRICT")
}

pub(super) fn one_variable(node: &SyntaxNode) -> Wrong {
    match children(node, SyntaxKind::PLPGSQL_FOR_VARIABLE).as_slice() {
        [_, second, ..] => Some(("this loop has one variable", range(second))),
        _ => None,
    }
}

pub(super) fn reverse(node: &SyntaxNode) -> Wrong {
    without(node, SyntaxKind::REVERSE_KW, "a loop over a query cannot be REVERSE")
}
