//! What is looked for in syntax trees. An iterator's methods are compiled anew for each closure, these once.

use std::sync::Arc;

use rowan::Language as _;

use super::name;
use super::node::{Language, SyntaxElement, SyntaxKind, SyntaxNode};

/// The operators that compare two values, without those of patterns.
pub(crate) const COMPARISONS: [SyntaxKind; 11] = {
    use SyntaxKind as K;
    [
        K::EQ,
        K::NEQ,
        K::NEQB,
        K::L_ANGLE,
        K::R_ANGLE,
        K::LTEQ,
        K::GTEQ,
        K::IN_KW,
        K::NOT_IN,
        K::IS_DISTINCT_FROM,
        K::IS_NOT_DISTINCT_FROM,
    ]
};

pub(crate) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    // To make a child takes memory, to look at its kind does not.
    if !has_token(node, kind) {
        return None;
    }
    node.children().find(|child| child.kind() == kind)
}

/// The first child of a kind that `is` accepts.
pub(crate) fn child_that(node: &SyntaxNode, is: fn(SyntaxKind) -> bool) -> Option<SyntaxNode> {
    node.children().find(|child| is(child.kind()))
}

pub(crate) fn children(node: &SyntaxNode, kind: SyntaxKind) -> Vec<SyntaxNode> {
    let mut found = Vec::new();
    for child in node.children() {
        if child.kind() == kind {
            found.push(child);
        }
    }
    found
}

/// The children of a kind that `is` accepts.
pub(crate) fn children_that(node: &SyntaxNode, is: fn(SyntaxKind) -> bool) -> Vec<SyntaxNode> {
    let mut found = Vec::new();
    for child in node.children() {
        if is(child.kind()) {
            found.push(child);
        }
    }
    found
}

/// The first of a kind, which may be the node itself.
pub(crate) fn descendant(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.descendants().find(|node| node.kind() == kind)
}

/// All of a kind, the node itself among them.
pub(crate) fn descendants(node: &SyntaxNode, kind: SyntaxKind) -> Vec<SyntaxNode> {
    let mut found = Vec::new();
    for node in node.descendants() {
        if node.kind() == kind {
            found.push(node);
        }
    }
    found
}

/// All of a kind that `is` accepts, the node itself among them.
pub(crate) fn descendants_that(node: &SyntaxNode, is: fn(SyntaxKind) -> bool) -> Vec<SyntaxNode> {
    let mut found = Vec::new();
    for node in node.descendants() {
        if is(node.kind()) {
            found.push(node);
        }
    }
    found
}

/// The parts of a binary expression: what is before the operator, the operator, and what is after it.
pub(crate) fn binary(node: &SyntaxNode) -> Option<(SyntaxNode, SyntaxElement, SyntaxNode)> {
    let mut left = None;
    let mut operator = None;
    for element in node.children_with_tokens() {
        let is_operand = is_expression(element.kind());
        match element {
            SyntaxElement::Node(node) if is_operand => match (&left, operator.take()) {
                (Some(left), Some(operator)) => {
                    return Some((SyntaxNode::clone(left), operator, node));
                }
                _ => left = Some(node),
            },
            element => {
                if left.is_some() && operator.is_none() && !element.kind().is_trivia() {
                    operator = Some(element);
                }
            }
        }
    }
    None
}

pub(crate) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    let kind = Language::kind_to_raw(kind);
    node.green().children().any(|child| child.kind() == kind)
}

pub(crate) fn is_expression(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::ARRAY_EXPR
            | K::BETWEEN_EXPR
            | K::BIN_EXPR
            | K::CALL_EXPR
            | K::CASE_EXPR
            | K::CAST_EXPR
            | K::COLLATE
            | K::FIELD_EXPR
            | K::INDEX_EXPR
            | K::LITERAL
            | K::NAME_REF
            | K::PAREN_EXPR
            | K::POSTFIX_EXPR
            | K::PREFIX_EXPR
            | K::SLICE_EXPR
            | K::TUPLE_EXPR
    )
}

/// The first expression among the children.
pub(crate) fn expression(node: &SyntaxNode) -> Option<SyntaxNode> {
    child_that(node, is_expression)
}

pub(crate) fn is_type(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::ARRAY_TYPE
            | K::BIT_TYPE
            | K::BIT_VARYING_TYPE
            | K::CHARACTER_TYPE
            | K::DOUBLE_TYPE
            | K::INTERVAL_TYPE
            | K::PATH_TYPE
            | K::TIME_TYPE
            | K::TIMESTAMP_TYPE
            | K::VARCHAR_TYPE
    )
}

pub(crate) fn is_from_item(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::EXPR_FROM_ITEM
            | K::FUNCTION_FROM_ITEM
            | K::GRAPH_TABLE_FROM_ITEM
            | K::JSON_TABLE_FROM_ITEM
            | K::PAREN_FROM_ITEM
            | K::RELATION_FROM_ITEM
            | K::ROWS_FROM_ITEM
            | K::XML_TABLE_FROM_ITEM
    )
}

pub(crate) fn is_query(kind: SyntaxKind) -> bool {
    use SyntaxKind::{COMPOUND_SELECT, PAREN_SELECT, SELECT, SELECT_INTO, TABLE, VALUES};
    matches!(kind, SELECT | SELECT_INTO | COMPOUND_SELECT | PAREN_SELECT | VALUES | TABLE)
}

/// The rows of `VALUES`, without those of the queries in them.
pub(crate) fn value_rows(values: &SyntaxNode) -> Vec<SyntaxNode> {
    let list = child(values, SyntaxKind::ROW_LIST);
    list.map(|list| children(&list, SyntaxKind::ROW)).unwrap_or_default()
}

/// The last part of a called function's name.
pub(crate) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = descendants(&callee, SyntaxKind::NAME_REF).pop();
    name::identifier(&last.unwrap_or(callee))
}
