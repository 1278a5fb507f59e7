//! What the parser reads and the server does not.
//!
//! The grammar of the parser is wider than the server's in places, and leaves them to a look at the tree. Each is looked at
//! here that stands in a statement which replay reads. The rules are those of the server's grammars (`gram.y` and `scan.l`, and
//! `pl_gram.y` for blocks).

#![expect(clippy::unnecessary_wraps, reason = "what is found is what the rules return")]

mod blocks;
mod constants;
mod expressions;
mod queries;
mod routines;

use std::ops::Range;

use super::node::{SyntaxElement, SyntaxKind, SyntaxNode};
use super::parser::ParseError;

/// What is wrong, and the first place where it is.
type Wrong = Option<(&'static str, Range<usize>)>;

/// Adds what is wrong in a tree that the parser has made without an error.
pub(super) fn check(root: &SyntaxNode, errors: &mut Vec<ParseError>) {
    for element in root.descendants_with_tokens() {
        let wrong = match &element {
            SyntaxElement::Token(token) if token.kind() == SyntaxKind::IDENT => {
                constants::identifier(token)
            }
            SyntaxElement::Token(_) => None,
            SyntaxElement::Node(node) => of(node),
        };
        if let Some((message, range)) = wrong {
            errors.push((message.to_owned(), range));
        }
    }
}

fn of(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    match node.kind() {
        K::LITERAL => constants::literal(node),
        K::NON_STANDARD_PARAM => at(node, "a parameter is not `$1`"),
        K::SOURCE_FILE | K::RULE_STMT_LIST => queries::semicolons(node, false),
        K::ATOMIC_BODY => queries::semicolons(node, true),
        K::SELECT => queries::select(node),
        K::SELECT_CLAUSE => queries::select_clause(node),
        K::SELECT_INTO => queries::select_into(node),
        K::DISTINCT_ON | K::SET_COLUMN_LIST => queries::is_filled(node),
        K::TO_CONFIG_VALUE => queries::setting(node),
        K::SET_SINGLE_COLUMN => queries::set_column(node),
        K::JOIN_EXPR => queries::join(node),
        K::FUNCTION_FROM_ITEM | K::RELATION_FROM_ITEM | K::PAREN_FROM_ITEM => {
            queries::from_item(node)
        }
        K::CREATE_TABLE => queries::table(node),
        K::TABLE_NAME => expressions::table_name(node),
        K::NAME_REF => expressions::name(node),
        K::CALL_EXPR => expressions::call(node),
        K::BIN_EXPR => expressions::binary(node),
        K::PREFIX_EXPR => expressions::prefix(node),
        K::ARRAY_EXPR => expressions::array(node),
        K::BIT_TYPE | K::BIT_VARYING_TYPE | K::CHARACTER_TYPE | K::PATH_TYPE | K::VARCHAR_TYPE => {
            expressions::type_modifiers(node)
        }
        K::CREATE_FUNCTION | K::CREATE_PROCEDURE => routines::routine(node),
        K::FUNC_OPTION_LIST => routines::options(node),
        K::FUNCTION_SIG | K::PROCEDURE_SIG | K::ROUTINE_SIG => routines::signature(node),
        K::AGGREGATE | K::CREATE_AGGREGATE => routines::aggregate(node),
        K::DO => routines::block(node),
        K::PLPGSQL_BLOCK => blocks::block(node),
        K::PLPGSQL_IF_STMT
        | K::PLPGSQL_ELSIF_CLAUSE
        | K::PLPGSQL_CASE_STMT
        | K::PLPGSQL_CASE_WHEN => blocks::condition(node),
        K::PLPGSQL_FETCH_STMT => blocks::fetch(node),
        K::PLPGSQL_FOR_I_STMT | K::PLPGSQL_FOR_CURSOR_STMT => blocks::one_variable(node),
        K::PLPGSQL_FOR_QUERY_STMT => blocks::reverse(node),
        _ => None,
    }
}

/// A node that is wrong as a whole.
fn at(node: &SyntaxNode, message: &'static str) -> Wrong {
    Some((message, range(node)))
}

/// What is missing at the end of a node.
fn behind(node: &SyntaxNode, message: &'static str) -> Wrong {
    let end = range(node).end;
    Some((message, end..end))
}

fn range(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    range.start().into()..range.end().into()
}

/// A token of the node's own that must not be there.
fn without(node: &SyntaxNode, kind: SyntaxKind, message: &'static str) -> Wrong {
    for element in node.children_with_tokens() {
        if element.kind() == kind {
            let range = element.text_range();
            return Some((message, range.start().into()..range.end().into()));
        }
    }
    None
}
