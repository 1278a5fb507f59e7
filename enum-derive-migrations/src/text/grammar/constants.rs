//! Strings and quoted identifiers.

use super::Wrong;
use crate::text::escapes::{code_points, escape_character};
use crate::text::literal;
use crate::text::node::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

const ESCAPE: &str = "a Unicode escape is wrong";
const UESCAPE: &str = "UESCAPE does not allow this character";

pub(super) fn literal(node: &SyntaxNode) -> Wrong {
    match literal::kind(node) {
        Some(SyntaxKind::DEFAULT_KW) => default(node),
        _ => continued(node).or_else(|| unicode(node)),
    }
}

/// A string goes on after a line break, and after comments to the end of a line (`scan.l`, `quotecontinue`).
fn continued(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    // Where a string ends, whether there is a line break behind it, and a comment that may not be there.
    let mut end = None;
    let mut is_broken = false;
    let mut comment = None;
    for element in node.children_with_tokens() {
        let range = element.text_range();
        let SyntaxElement::Token(token) = element else {
            end = None;
            continue;
        };
        match token.kind() {
            K::STRING if end.is_some() => {
                if let Some(comment) = comment {
                    return Some(("there is a comment between the parts of a string", comment));
                }
                if !is_broken {
                    let between = usize::from(end?)..usize::from(range.start());
                    return Some((
                        "a line break or a comma is missing between two strings",
                        between,
                    ));
                }
                (end, is_broken) = (Some(range.end()), false);
            }
            K::STRING
            | K::ESC_STRING
            | K::BIT_STRING
            | K::BYTE_STRING
            | K::UNICODE_ESC_STRING
            | K::NATIONAL_STRING => (end, is_broken, comment) = (Some(range.end()), false, None),
            K::WHITESPACE => is_broken |= token.text().contains(['\n', '\r']),
            K::COMMENT if token.text().starts_with("--") => {}
            K::COMMENT => comment = Some(range.start().into()..range.end().into()),
            _ => end = None,
        }
    }
    None
}

/// `U&'…' UESCAPE '…'`
fn unicode(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let tokens: Vec<SyntaxToken> =
        node.children_with_tokens().filter_map(SyntaxElement::into_token).collect();
    let at = tokens.iter().position(|token| token.kind() == K::UESCAPE_KW);
    let (strings, rest) = tokens.split_at(at.unwrap_or(tokens.len()));
    let mut escape = '\\';
    if let Some(constant) = rest.iter().find(|token| token.kind() == K::STRING) {
        match escape_character(constant.text()) {
            Some(character) => escape = character,
            None => return of_token(constant, UESCAPE),
        }
    }
    if !strings.iter().any(|token| token.kind() == K::UNICODE_ESC_STRING) {
        return None;
    }
    let inner = |text: &str| {
        let (_, inner) = text.strip_suffix('\'')?.split_once('\'')?;
        Some(inner.to_owned())
    };
    strings.iter().find_map(|token| {
        let wrong = has_wrong_escape(&inner(token.text())?, '\'', escape);
        if wrong { of_token(token, ESCAPE) } else { None }
    })
}

fn has_wrong_escape(inner: &str, quote: char, escape: char) -> bool {
    code_points(inner, quote, escape).iter().any(|(_, char)| char.is_none())
}

fn of_token(token: &SyntaxToken, message: &'static str) -> Wrong {
    let range = token.text_range();
    Some((message, range.start().into()..range.end().into()))
}

/// `U&"…" UESCAPE '…'`
pub(super) fn identifier(token: &SyntaxToken) -> Wrong {
    let text = token.text();
    let inner = text
        .strip_prefix(['u', 'U'])
        .and_then(|text| text.strip_prefix("&\""))
        .and_then(|text| text.strip_suffix('"'))?;
    let mut escape = '\\';
    let mut next = token.next_sibling_or_token();
    let mut is_after = false;
    while let Some(element) = next {
        match element.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => {}
            SyntaxKind::UESCAPE_KW => is_after = true,
            SyntaxKind::STRING if is_after => {
                let constant = element.as_token()?;
                match escape_character(constant.text()) {
                    Some(character) => escape = character,
                    None => return of_token(constant, UESCAPE),
                }
                break;
            }
            _ => break,
        }
        next = element.next_sibling_or_token();
    }
    if has_wrong_escape(inner, '"', escape) { of_token(token, ESCAPE) } else { None }
}

/// `DEFAULT` is a value in `INSERT … VALUES` and in `SET` only.
fn default(node: &SyntaxNode) -> Wrong {
    use SyntaxKind as K;
    let mut around = node.parent();
    while let Some(parent) = &around
        && parent.kind() == K::PAREN_EXPR
    {
        around = parent.parent();
    }
    let is_allowed = around.is_some_and(|around| match around.kind() {
        K::SET_EXPR => true,
        // A row of a list of a `VALUES` of the statement.
        K::ROW => {
            let statement = around.ancestors().nth(3);
            statement.is_some_and(|it| matches!(it.kind(), K::INSERT | K::MERGE_INSERT))
        }
        _ => false,
    });
    if is_allowed { None } else { super::at(node, "DEFAULT is not allowed here") }
}
