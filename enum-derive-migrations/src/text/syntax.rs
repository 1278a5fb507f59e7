//! What is looked for in syntax trees. An iterator's methods are compiled anew for each closure, these once.

use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::name;

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

pub(crate) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|child| child.kind() == kind)
}

pub(crate) fn is_query(kind: SyntaxKind) -> bool {
    use SyntaxKind::{COMPOUND_SELECT, PAREN_SELECT, SELECT, SELECT_INTO, TABLE, VALUES};
    matches!(kind, SELECT | SELECT_INTO | COMPOUND_SELECT | PAREN_SELECT | VALUES | TABLE)
}

/// The last part of a called function's name.
pub(crate) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = descendants(&callee, SyntaxKind::NAME_REF).pop();
    name::identifier(&last.unwrap_or(callee))
}
