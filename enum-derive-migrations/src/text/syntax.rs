//! What is looked for in syntax trees.

use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::name;

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

/// The last part of a called function's name.
pub(crate) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = callee.descendants().filter(|node| node.kind() == SyntaxKind::NAME_REF).last();
    name::identifier(&last.unwrap_or(callee))
}
