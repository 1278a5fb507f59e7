//! Splits texts into tokens, and refuses texts that the server might split differently.

use std::ops::Range;

use pg_enum_core::{MAX_BYTES, unquote};
use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use super::Refused;

/// A token that is not whitespace or a comment, and its start.
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The tokens, if the server certainly sees the same ones.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Refused> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut start = 0;
    for token in tokenize(text) {
        let end = start + token.len as usize;
        let found = Token { kind: token.kind, text: &text[start..end], start };
        start = end;
        if let Some(reason) = strange(&found) {
            return Err(Refused::at(found.range(), reason));
        }
        if matches!(
            found.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. }
        ) {
            continue;
        }
        // The server reads `E'a'`, a line end and `'\''` as one string with escapes.
        if tokens.last().is_some_and(|last| has_escapes(last.kind)) && is_string(found.kind) {
            let reason = "a string with escapes continues on another line; write it as one string";
            return Err(Refused::at(found.range(), reason));
        }
        tokens.push(found);
    }
    Ok(tokens)
}

fn is_string(kind: TokenKind) -> bool {
    use LiteralKind as L;
    let TokenKind::Literal { kind } = kind else { return false };
    !matches!(kind, L::Int { .. } | L::Numeric { .. })
}

fn has_escapes(kind: TokenKind) -> bool {
    use LiteralKind as L;
    let TokenKind::Literal { kind } = kind else { return false };
    matches!(kind, L::EscStr { .. } | L::UnicodeEscStr { .. })
}

/// The reason why the server may read a token differently, in at least one version.
fn strange(token: &Token<'_>) -> Option<&'static str> {
    const UNCLOSED: &str = "it is not closed";
    const JUNK: &str = "a name follows a number directly; put a space between them";
    let length = u32::try_from(token.text.len()).unwrap_or(u32::MAX);
    match token.kind {
        TokenKind::Unknown | TokenKind::Backtick | TokenKind::OpenCurly | TokenKind::CloseCurly => {
            Some("this character is not SQL")
        }
        TokenKind::BlockComment { terminated: false }
        | TokenKind::QuotedIdent { terminated: false, .. } => Some(UNCLOSED),
        // The lexer reads some of these as strings.
        TokenKind::QuotedIdent { uescape: true, .. } => {
            Some("a name with escapes (U&) is not supported; write it without escapes")
        }
        TokenKind::PositionalParam { trailing_junk_start } if trailing_junk_start != length => {
            Some(JUNK)
        }
        // Before PostgreSQL 16 it is not whitespace.
        TokenKind::Whitespace if token.text.contains('\u{b}') => {
            Some("a vertical tab is whitespace only in some versions of PostgreSQL")
        }
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Str { terminated }
            | LiteralKind::EscStr { terminated }
            | LiteralKind::UnicodeEscStr { terminated }
            | LiteralKind::NationalStr { terminated }
            | LiteralKind::BitStr { terminated }
            | LiteralKind::ByteStr { terminated }
            | LiteralKind::DollarQuotedString { terminated } => (!terminated).then_some(UNCLOSED),
            // Before PostgreSQL 16, `0x1f` and `1_000` are a number and a name.
            LiteralKind::Int { trailing_junk_start, .. }
            | LiteralKind::Numeric { trailing_junk_start, .. } => {
                let is_plain = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
                let plain = token.text.bytes().all(is_plain);
                (trailing_junk_start != length || !plain).then_some(JUNK)
            }
        },
        _ => None,
    }
}

/// The characters of adjacent operators, joined.
pub(super) fn operators(tokens: &[Token<'_>]) -> Vec<String> {
    let mut operators: Vec<String> = Vec::new();
    let mut end = None;
    for token in tokens {
        if !token.text.chars().all(|sign| "+-*/<>=~!@#%^&|`?".contains(sign)) {
            continue;
        }
        match operators.last_mut() {
            Some(last) if end == Some(token.start) => last.push_str(token.text),
            _ => operators.push(token.text.to_owned()),
        }
        end = Some(token.start + token.text.len());
    }
    operators
}

/// The name that the server reads: an unquoted word is folded to lower case, and long names are truncated.
pub(super) fn name(word: &str) -> Option<String> {
    let name = match word.as_bytes().first()? {
        b'"' => unquote(word.get(1..)?)?.0,
        byte if byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80 => {
            word.to_ascii_lowercase()
        }
        _ => return None,
    };
    let end = name.floor_char_boundary(MAX_BYTES);
    Some(name[..end].to_owned())
}

/// The content of a literal, if it contains no escapes.
pub(super) fn literal_value(token: &str) -> Option<String> {
    if let Some(inner) = dollar_quoted(token) {
        return Some(inner.to_owned());
    }
    let plain = token.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    if let Some(inner) = plain {
        return Some(inner.replace("''", "'"));
    }
    let escaped = token.strip_prefix(['e', 'E'])?.strip_prefix('\'')?.strip_suffix('\'')?;
    let mut value = String::new();
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                c @ ('\\' | '\'') => value.push(c),
                _ => return None,
            },
            '\'' => value.extend(chars.next()),
            c => value.push(c),
        }
    }
    Some(value)
}

/// The content of a dollar-quoted string.
pub(super) fn dollar_quoted(token: &str) -> Option<&str> {
    let tag = token.strip_prefix('$')?.find('$')? + 2;
    token.get(tag..token.len().checked_sub(tag)?)
}

#[cfg(test)]
mod tests {
    use super::{literal_value, name, operators, tokens};

    #[test]
    fn what_the_server_may_read_otherwise_is_refused() {
        for text in [
            "SELECT E'a'\n'\\''; COMMIT; --'",
            "SELECT E'a' -- more\n 'b'",
            "SELECT U&'a'\n'b'",
            "SELECT U&\"a\"",
            "SELECT 1a",
            "SELECT 0x1f",
            "SELECT 1_000",
            "SELECT $1a",
            "SELECT 'a",
            "SELECT \"a",
            "SELECT $x$a$y$",
            "SELECT /* /* */ 1",
            "SELECT 1 \\gexec",
            "SELECT 1 \u{b} 2",
            "SELECT {{ a }}",
            "SELECT 1 \0",
        ] {
            assert!(tokens(text).is_err(), "{text:?}");
        }
        for text in ["SELECT 'a'\n'b'", "SELECT 1, 1.5e3, $1, E'a\\'b', U&'a'", "/* /* */ */"] {
            assert!(tokens(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn signs_side_by_side_are_operators() {
        let found = operators(&tokens("a ### b <-> -c || '##' /* && */ * 1").expect("SQL"));
        assert_eq!(found, ["###", "<->", "-", "||", "*"]);
    }

    #[test]
    fn names_are_the_servers() {
        assert_eq!(name("Mood").as_deref(), Some("mood"));
        assert_eq!(name("\"Mo\"\"od\"").as_deref(), Some("Mo\"od"));
        assert_eq!(name("ÉA").as_deref(), Some("Éa"));
        assert_eq!(name(&"x".repeat(70)).map(|name| name.len()), Some(63));
        assert_eq!(name("1"), None);
    }

    #[test]
    fn literals_say_what_they_say() {
        for (token, value) in
            [("'it''s'", "it's"), ("$x$a$$b$x$", "a$$b"), ("E'a\\'b\\\\''c'", "a'b\\'c")]
        {
            assert_eq!(literal_value(token).as_deref(), Some(value), "{token}");
        }
        assert_eq!(literal_value("E'\\x41'"), None);
        assert_eq!(literal_value("1"), None);
    }
}
