//! Statements, queries and what they read.

use super::{Wrong, at, behind, range, without};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children, has_token, is_from_item, is_query, is_type,
};

/// A semicolon ends each statement, the last one aside if it may do without.
pub(super) fn semicolons(node: &SyntaxNode, last_too: bool) -> Wrong {
    use SyntaxKind as K;
    // What is no statement at all has been reported by the parser.
    let statements: Vec<SyntaxNode> =
        node.children().filter(|statement| statement.kind() != K::ERROR).collect();
    for (index, statement) in statements.iter().enumerate() {
        let next = statements.get(index + 1).map(SyntaxNode::kind);
        let is_free = matches!(statement.kind(), K::EMPTY_STMT | K::RETURN_STMT)
            || next == Some(K::EMPTY_STMT)
            || next.is_none() && !last_too;
        let is_ended = statement.last_token().is_some_and(|last| last.kind() == K::SEMICOLON);
        if !is_free && !is_ended {
            return behind(statement, "a semicolon is missing between two statements");
        }
    }
    None
}

pub(super) fn select(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    const EMPTY: &str = "there is nothing after SELECT";
    let clause = child(node, K::SELECT_CLAUSE);
    let is_empty = clause.as_ref().is_none_or(|it| child(it, K::TARGET_LIST).is_none());
    match node.parent().map(|parent| parent.kind()) {
        Some(K::TUPLE_EXPR) if !is_empty => return at(node, "a subquery needs parentheses"),
        Some(K::TUPLE_EXPR | K::PAREN_EXPR) if is_empty => return at(node, EMPTY),
        _ => {}
    }
    let from = child(node, K::FROM_CLAUSE)?;
    match clause {
        None => at(&from, "there is no SELECT before FROM"),
        Some(clause) if range(&from).end <= range(&clause).start => {
            at(&from, "FROM stands before SELECT")
        }
        Some(_) => None,
    }
}

pub(super) fn select_clause(node: &SyntaxNode) -> Wrong {
    let distinct = child(node, SyntaxKind::DISTINCT_CLAUSE)?;
    match child(node, SyntaxKind::TARGET_LIST) {
        Some(_) => None,
        None => at(&distinct, "there is nothing after DISTINCT"),
    }
}

/// `SELECT … INTO` is a statement by itself, or the first query of one.
pub(super) fn select_into(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let mut inner = node.clone();
    while let Some(outer) = inner.parent() {
        let is_allowed = match outer.kind() {
            K::EXPLAIN | K::PREPARE | K::SOURCE_FILE => return None,
            K::PAREN_SELECT => true,
            K::COMPOUND_SELECT => outer.first_child().is_some_and(|first| first == inner),
            _ => false,
        };
        if !is_allowed {
            break;
        }
        inner = outer;
    }
    at(node, "SELECT … INTO is not allowed here")
}

pub(super) fn is_filled(node: &SyntaxNode) -> Wrong {
    if node.first_child().is_some() { None } else { at(node, "there is nothing in this list") }
}

pub(super) fn setting(node: &SyntaxNode) -> Wrong {
    if has_token(node, SyntaxKind::DEFAULT_KW) { None } else { is_filled(node) }
}

pub(super) fn set_column(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    if !has_token(&child(node, K::SET_EXPR)?, K::DEFAULT_KW) {
        return None;
    }
    let is_part = |kind| matches!(kind, K::FIELD_ACCESSOR | K::INDEX_ACCESSOR | K::SLICE_ACCESSOR);
    let target = child(node, K::COLUMN_TARGET)?;
    at(&child_that(&target, is_part)?, "a part of a column cannot be set to DEFAULT")
}

pub(super) fn join(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let join = child(node, K::JOIN)?;
    let is_type = |kind| {
        matches!(kind, K::JOIN_CROSS | K::JOIN_FULL | K::JOIN_INNER | K::JOIN_LEFT | K::JOIN_RIGHT)
    };
    let kind = child_that(&join, is_type)?.kind();
    let using = child(&join, K::JOIN_USING_CLAUSE);
    if kind == K::JOIN_CROSS || has_token(&join, K::NATURAL_KW) {
        return at(&using?, "this join has no USING");
    }
    if using.is_some() || child(&join, K::ON_CLAUSE).is_some() {
        return None;
    }
    behind(node, "a join has no condition")
}

pub(super) fn from_item(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    const LATERAL: &str = "LATERAL is for queries and functions";
    match node.kind() {
        K::FUNCTION_FROM_ITEM => return without(node, K::ONLY_KW, "ONLY is for tables"),
        K::RELATION_FROM_ITEM => return without(node, K::LATERAL_KW, LATERAL),
        _ => {}
    }
    let is_only = has_token(node, K::ONLY_KW);
    if is_only && has_token(node, K::LATERAL_KW) {
        return without(node, K::LATERAL_KW, LATERAL);
    }
    let is_wrong = match (child(node, K::PAREN_SELECT), child(node, K::PAREN_EXPR)) {
        (Some(select), _) => child_that(&select, is_query).is_none(),
        (None, Some(inner)) => {
            let item = child_that(&inner, is_from_item);
            item.is_some_and(|item| match item.kind() {
                K::RELATION_FROM_ITEM => !is_only,
                K::PAREN_FROM_ITEM => !holds_join(&item),
                _ => true,
            })
        }
        (None, None) => false,
    };
    if is_wrong {
        return at(node, "parentheses are not allowed here");
    }
    let alias = child(node, K::FROM_ALIAS)?;
    let is_inside = node.parent().is_some_and(|parent| parent.kind() == K::PAREN_SELECT);
    if is_inside {
        at(&alias, "the alias of a subquery must follow all its parentheses")
    } else {
        None
    }
}

/// Whether there is a join in the parentheses, and nothing else.
fn holds_join(item: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    if child(item, K::FROM_ALIAS).is_some() {
        return false;
    }
    let Some(inner) = child(item, K::PAREN_EXPR) else { return false };
    child(&inner, K::JOIN_EXPR).is_some()
        || child(&inner, K::PAREN_FROM_ITEM).is_some_and(|item| holds_join(&item))
}

/// A column has a type, unless it is that of another table or of a type.
pub(super) fn table(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    if child_that(node, |kind| matches!(kind, K::PARTITION_OF | K::OF_TYPE)).is_some() {
        return None;
    }
    for column in children(&child(node, K::TABLE_ARG_LIST)?, K::COLUMN) {
        if child_that(&column, is_type).is_none()
            && let Some(name) = child(&column, K::COLUMN_NAME)
        {
            return behind(&name, "a column has no type");
        }
    }
    None
}
