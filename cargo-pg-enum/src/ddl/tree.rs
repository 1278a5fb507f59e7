//! What nodes of a statement's tree say.

use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::text::name;

/// The only token of a node, if it has exactly one.
pub(super) fn sole_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    let mut tokens = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT));
    let token = tokens.next();
    token.filter(|_| tokens.next().is_none())
}

/// The literal, if an expression is one.
pub(super) fn sole_literal(node: &SyntaxNode) -> Option<String> {
    sole_token(node).map(|token| token.text().to_owned())
}

/// All names in a node.
pub(super) fn names(node: &SyntaxNode) -> Vec<String> {
    let tokens = node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    tokens.filter_map(|token| name(token.text())).collect()
}

/// The last name of a path.
pub(super) fn last_name(node: &SyntaxNode) -> Option<String> {
    names(node).pop()
}

/// The name of the called function, if the node is a call.
pub(super) fn callee(call: &SyntaxNode) -> Option<String> {
    let is_name =
        |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::NAME_REF | SyntaxKind::FIELD_EXPR);
    call.children().find(is_name).and_then(|callee| last_name(&callee))
}

/// The arguments of a call.
pub(super) fn arguments(call: &SyntaxNode) -> Vec<SyntaxNode> {
    let list = call.children().find(|node| node.kind() == SyntaxKind::ARG_LIST);
    let list = list.into_iter().flat_map(|list| list.children().collect::<Vec<_>>());
    list.filter(|node| node.kind() == SyntaxKind::ARG).collect()
}
