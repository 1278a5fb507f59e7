//! The tokens of SQL that mean something.

use squawk_lexer::TokenKind;

/// A token that means something, what it says, and where.
pub(crate) type Token<'a> = (TokenKind, &'a str, usize);

/// The tokens of a text, without blanks and comments, as a list.
pub(crate) fn list(text: &str) -> Vec<Token<'_>> {
    // About what SQL has.
    let mut tokens = Vec::with_capacity(text.len() / 5);
    for token in words(text) {
        tokens.push(token);
    }
    tokens
}

/// The tokens of a text, without blanks and comments.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut position = 0;
    squawk_lexer::tokenize(text).filter_map(move |token| {
        let start = position;
        position += token.len as usize;
        let trivia = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. }
        );
        (!trivia).then(|| (token.kind, &text[start..position], start))
    })
}

/// What is in a dollar-quoted string, and where that begins.
pub(crate) fn dollar_quoted(word: &str) -> Option<(&str, usize)> {
    let tag = word.strip_prefix('$')?.find('$')? + 2;
    Some((word.get(tag..word.len().checked_sub(tag)?)?, tag))
}
