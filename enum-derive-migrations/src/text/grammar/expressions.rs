//! Expressions, and names that are keywords (`PostgreSQL` manual, appendix C).

use squawk_parser::{is_col_name_keyword, is_reserved_keyword, is_type_func_name_keyword};

use super::{Wrong, at, range};
use crate::text::literal;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children, children_that, expression, has_token, is_expression, is_query,
};

const KEYWORD: &str = "this is a keyword, and no name";

fn first_kind(node: &SyntaxNode) -> Option<SyntaxKind> {
    Some(node.first_token()?.kind())
}

pub(super) fn table_name(node: &SyntaxNode) -> Wrong {
    if is_type_func_name_keyword(first_kind(node)?) { at(node, KEYWORD) } else { None }
}

/// The name of a column is no keyword that names functions and types only, unless a table is before it.
pub(super) fn name(node: &SyntaxNode) -> Wrong {
    let keyword = first_kind(node)?;
    if keyword == SyntaxKind::CURRENT_SCHEMA_KW || !is_type_func_name_keyword(keyword) {
        return None;
    }
    let parent = node.parent()?;
    match parent.kind() {
        SyntaxKind::CALL_EXPR => None,
        SyntaxKind::FIELD_EXPR if parent.first_child().as_ref() != Some(node) => None,
        _ => at(node, KEYWORD),
    }
}

pub(super) fn call(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let is_list = |kind| matches!(kind, K::ANY_FN | K::SOME_FN | K::ALL_FN);
    if child_that(node, is_list).is_some() {
        let parent = node.parent().filter(|parent| parent.kind() == K::BIN_EXPR);
        let operands = parent.map(|parent| children_that(&parent, is_expression));
        let is_right = operands.is_some_and(|all| all.get(1) == Some(node));
        return if is_right { None } else { at(node, "there is no operator before this") };
    }
    let callee = expression(node).filter(|callee| callee.kind() == K::NAME_REF)?;
    let keyword = first_kind(&callee)?;
    if !is_col_name_keyword(keyword) && !is_reserved_keyword(keyword) {
        return None;
    }
    let arguments = child(node, K::ARG_LIST);
    let is_star = arguments.as_ref().is_some_and(|list| has_token(list, K::STAR));
    let count = arguments.map_or(0, |list| children(&list, K::ARG).len());
    let is_right = match keyword {
        K::NULLIF_KW => count == 2,
        K::MERGE_ACTION_KW => count == 0 && !is_star,
        K::COALESCE_KW
        | K::GREATEST_KW
        | K::GROUPING_KW
        | K::LEAST_KW
        | K::NORMALIZE_KW
        | K::XMLCONCAT_KW => count > 0 || is_star,
        K::GRAPH_TABLE_KW
        | K::CURRENT_TIME_KW
        | K::CURRENT_TIMESTAMP_KW
        | K::LOCALTIME_KW
        | K::LOCALTIMESTAMP_KW => true,
        _ => return at(&callee, KEYWORD),
    };
    if is_right { None } else { at(node, "the number of arguments is wrong") }
}

pub(super) fn binary(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let (_, operator, right) = crate::text::syntax::binary(node)?;
    match operator.kind() {
        K::IN_KW | K::NOT_IN => match right.kind() {
            K::PAREN_EXPR => None,
            K::TUPLE_EXPR if !has_token(&right, K::ROW_KW) => super::queries::is_filled(&right),
            _ => at(&right, "a list in parentheses is missing"),
        },
        K::OVERLAPS_KW => {
            let is_pair = |operand: &SyntaxNode| {
                operand.kind() == K::TUPLE_EXPR && children_that(operand, is_expression).len() == 2
            };
            let operands = children_that(node, is_expression);
            let wrong = operands.iter().find(|operand| !is_pair(operand))?;
            Some(("OVERLAPS compares pairs", range(wrong)))
        }
        _ => None,
    }
}

/// Of the operators with one character, only some may stand before their operand.
pub(super) fn prefix(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let operator = child(node, K::CUSTOM_OP)?;
    let mut tokens = operator.children_with_tokens();
    let only = tokens.next().filter(|_| tokens.next().is_none())?;
    let is_wrong = matches!(
        only.kind(),
        K::STAR | K::SLASH | K::L_ANGLE | K::R_ANGLE | K::EQ | K::PERCENT | K::CARET
    );
    if is_wrong { at(&operator, "this operator needs something before it") } else { None }
}

pub(super) fn array(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let is_part = node.parent().is_some_and(|parent| parent.kind() == K::ARRAY_EXPR);
    if !is_part && !has_token(node, K::ARRAY_KW) {
        return at(node, "ARRAY is missing before this");
    }
    if has_token(node, K::L_PAREN) && !holds_query(node) {
        return at(node, "a query is missing in these parentheses");
    }
    None
}

fn holds_query(node: &SyntaxNode) -> bool {
    node.children().any(|child| {
        is_query(child.kind()) || child.kind() == SyntaxKind::PAREN_EXPR && holds_query(&child)
    })
}

/// The modifiers of a type are numbers, strings and names.
pub(super) fn type_modifiers(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    for modifier in children(&child(node, K::ARG_LIST)?, K::ARG) {
        let is_right = match expression(&modifier) {
            Some(value) if value.kind() == K::LITERAL => is_constant(&value),
            Some(value) if value.kind() == K::NAME_REF => true,
            Some(value) if value.kind() == K::PREFIX_EXPR => {
                has_token(&value, K::MINUS) && expression(&value).is_some_and(|it| is_number(&it))
            }
            _ => false,
        };
        let is_more =
            has_token(&modifier, K::VARIADIC_KW) || child(&modifier, K::ORDER_BY_CLAUSE).is_some();
        if !is_right || is_more {
            return at(&modifier, "this cannot be the modifier of a type");
        }
    }
    None
}

fn is_constant(value: &SyntaxNode) -> bool {
    is_number(value)
        || literal::is_string(value) && literal::kind(value) != Some(SyntaxKind::NATIONAL_STRING)
}

fn is_number(value: &SyntaxNode) -> bool {
    matches!(literal::kind(value), Some(SyntaxKind::INT_NUMBER | SyntaxKind::NUMERIC_NUMBER))
}
