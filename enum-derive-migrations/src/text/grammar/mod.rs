//! What the parser reads and the server does not.
//!
//! The parser's grammar accepts more than the server's in places, and leaves these to a check of the tree. Here are the
//! checks for statements that replay reads. The rules are those of the server's grammars (`gram.y` and `scan.l`, and
//! `pl_gram.y` for blocks).

#![expect(clippy::unnecessary_wraps, reason = "what is found is what the rules return")]

mod blocks;
mod constants;
mod expressions;
mod queries;
mod routines;

use std::ops::Range;

use rowan::{GreenNodeData, Language as _, NodeOrToken};
use squawk_parser::is_type_func_name_keyword;

use super::node::{Language, ParseError, SyntaxElement, SyntaxKind, SyntaxNode};

/// What is wrong, and the first place where it is.
type Wrong = Option<(&'static str, Range<usize>)>;

/// Adds what is wrong in a tree.
pub(super) fn check(root: &SyntaxNode, errors: &mut Vec<ParseError>) {
    if !may_be_wrong(&root.green()) {
        return;
    }
    for element in root.descendants_with_tokens() {
        let wrong = match &element {
            SyntaxElement::Token(token) if token.kind() == SyntaxKind::IDENT => {
                constants::identifier(token)
            }
            SyntaxElement::Token(_) => None,
            SyntaxElement::Node(node) => rule(node.kind()).and_then(|rule| rule(node)),
        };
        if let Some((message, range)) = wrong {
            errors.push((message.to_owned(), range));
        }
    }
}

/// Whether there is anything in a tree to look at. Most statements that define types have only plain names and constants,
/// and to walk the nodes of a tree takes memory for each, which this does not.
fn may_be_wrong(node: &GreenNodeData) -> bool {
    use SyntaxKind as K;
    let kind = |raw| Language::kind_from_raw(raw);
    let first = || node.children().next().map(|child| kind(child.kind()));
    let is_of_interest = match kind(node.kind()) {
        K::SOURCE_FILE => node.children().filter(|child| child.as_node().is_some()).count() > 1,
        K::LITERAL => {
            let first = first();
            node.children().len() > 1
                || matches!(first, Some(K::DEFAULT_KW | K::UNICODE_ESC_STRING))
        }
        K::NAME_REF => first().is_some_and(is_type_func_name_keyword),
        kind => rule(kind).is_some(),
    };
    is_of_interest
        || node.children().any(|child| match child {
            NodeOrToken::Node(node) => may_be_wrong(node),
            NodeOrToken::Token(token) => {
                kind(token.kind()) == K::IDENT && token.text().starts_with(['u', 'U'])
            }
        })
}

/// What looks at the nodes of a kind.
fn rule(kind: SyntaxKind) -> Option<fn(&SyntaxNode) -> Wrong> {
    use SyntaxKind as K;
    Some(match kind {
        K::LITERAL => constants::literal,
        K::NON_STANDARD_PARAM => |node| at(node, "a parameter is written as `$1`"),
        K::SOURCE_FILE | K::RULE_STMT_LIST => |node| queries::semicolons(node, false),
        K::ATOMIC_BODY => |node| queries::semicolons(node, true),
        K::SELECT => queries::select,
        K::SELECT_CLAUSE => queries::select_clause,
        K::SELECT_INTO => queries::select_into,
        K::DISTINCT_ON | K::SET_COLUMN_LIST => queries::is_filled,
        K::TO_CONFIG_VALUE => queries::setting,
        K::SET_SINGLE_COLUMN => queries::set_column,
        K::JOIN_EXPR => queries::join,
        K::FUNCTION_FROM_ITEM | K::RELATION_FROM_ITEM | K::PAREN_FROM_ITEM => queries::from_item,
        K::CREATE_TABLE => queries::table,
        K::TABLE_NAME => expressions::table_name,
        K::NAME_REF => expressions::name,
        K::CALL_EXPR => expressions::call,
        K::BIN_EXPR => expressions::binary,
        K::PREFIX_EXPR => expressions::prefix,
        K::ARRAY_EXPR => expressions::array,
        K::BIT_TYPE | K::BIT_VARYING_TYPE | K::CHARACTER_TYPE | K::PATH_TYPE | K::VARCHAR_TYPE => {
            expressions::type_modifiers
        }
        K::CREATE_FUNCTION | K::CREATE_PROCEDURE => routines::routine,
        K::FUNC_OPTION_LIST => routines::options,
        K::FUNCTION_SIG | K::PROCEDURE_SIG | K::ROUTINE_SIG => routines::signature,
        K::AGGREGATE | K::CREATE_AGGREGATE => routines::aggregate,
        K::DO => routines::block,
        K::PLPGSQL_BLOCK => blocks::block,
        K::PLPGSQL_IF_STMT
        | K::PLPGSQL_ELSIF_CLAUSE
        | K::PLPGSQL_CASE_STMT
        | K::PLPGSQL_CASE_WHEN => blocks::condition,
        K::PLPGSQL_FETCH_STMT => blocks::fetch,
        K::PLPGSQL_FOR_I_STMT | K::PLPGSQL_FOR_CURSOR_STMT => blocks::one_variable,
        K::PLPGSQL_FOR_QUERY_STMT => blocks::reverse,
        _ => return None,
    })
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
