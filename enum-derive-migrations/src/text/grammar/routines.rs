//! Functions, procedures, aggregates, and `DO`.

use super::{Wrong, at};
use crate::text::literal;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, children, descendant, has_token};

const TWICE: &str = "this option is given twice";

pub(super) fn routine(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let options = child(node, K::FUNC_OPTION_LIST);
    if let Some(body) = child_that(node, |kind| matches!(kind, K::ATOMIC_BODY | K::RETURN_STMT))
        && options.is_some_and(|options| child(&options, K::AS_FUNC_OPTION).is_some())
    {
        return at(&body, "the function has two bodies");
    }
    let parameters = child(node, K::PARAM_LIST)?;
    let is_function = node.kind() == K::CREATE_FUNCTION;
    let returns_table =
        child(node, K::RET_TYPE).is_some_and(|returned| has_token(&returned, K::TABLE_KW));
    let mut after_variadic = false;
    for parameter in children(&parameters, K::PARAM) {
        let is_out = child(&parameter, K::PARAM_OUT).is_some();
        if returns_table && (is_out || child(&parameter, K::PARAM_IN_OUT).is_some()) {
            return at(&parameter, "a function that returns a table has no OUT parameters");
        }
        if after_variadic && !(is_out && is_function) {
            return at(&parameter, "VARIADIC is not the last parameter");
        }
        after_variadic |= child(&parameter, K::PARAM_VARIADIC).is_some();
    }
    None
}

/// No option is there twice (`compute_common_attribute` in `functioncmds.c`).
pub(super) fn options(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let mut seen = Vec::new();
    for option in node.children() {
        let kind = match option.kind() {
            // Any number of these.
            K::SET_FUNC_OPTION | K::RESET_FUNC_OPTION => continue,
            K::NOT_LEAKPROOF_FUNC_OPTION => K::LEAKPROOF_FUNC_OPTION,
            K::SECURITY_INVOKER_FUNC_OPTION => K::SECURITY_DEFINER_FUNC_OPTION,
            K::CALLED_ON_NULL_INPUT_FUNC_OPTION | K::RETURNS_NULL_ON_NULL_INPUT_FUNC_OPTION => {
                K::STRICT_FUNC_OPTION
            }
            K::IMMUTABLE | K::STABLE => K::VOLATILE,
            kind => kind,
        };
        if seen.contains(&kind) {
            return at(&option, TWICE);
        }
        seen.push(kind);
    }
    None
}

pub(super) fn signature(node: &SyntaxNode) -> Wrong {
    at(&descendant(node, SyntaxKind::PARAM_DEFAULT)?, "a default is not allowed here")
}

pub(super) fn aggregate(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let is_out = |node: &SyntaxNode| matches!(node.kind(), K::PARAM_OUT | K::PARAM_IN_OUT);
    match child(node, K::PARAM_LIST)?.descendants().find(is_out) {
        Some(mode) => at(&mode, "an aggregate has no OUT parameters"),
        None => signature(node),
    }
}

pub(super) fn block(node: &SyntaxNode) -> Wrong {
    for kind in [SyntaxKind::DO_LANGUAGE, SyntaxKind::LITERAL] {
        if let [_, second, ..] = children(node, kind).as_slice() {
            return at(second, TWICE);
        }
    }
    let language = child(node, SyntaxKind::DO_LANGUAGE)?;
    if literal::language(&language).as_deref() == Some("sql") {
        return at(&language, "a DO block cannot be in SQL");
    }
    None
}
