//! String literals whose backslashes the lexer reads otherwise than the server would, written so that the
//! two agree.

use std::borrow::Cow;

use squawk_lexer::{LiteralKind, TokenKind};

use super::name::HOLE;
use super::node::SyntaxKind;
use super::syntax::descendant;
use super::{literal, parser};

/// What a backslash is in a string without a prefix, by `standard_conforming_strings` (`PostgreSQL`
/// manual, 4.1.2.2).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Backslash {
    /// A character as any other, which is the default.
    #[default]
    Plain,
    /// The begin of an escape.
    Escape,
}

/// The same text with the same length, in which
///
/// - `E'…'` has no `\'`, but `''`, which is the same: to the lexer, those parts of it that stand on further
///   lines are strings without a prefix;
/// - strings without a prefix have no escapes, if they may have any.
pub(crate) fn respelled(text: &str, backslash: Backslash) -> Cow<'_, str> {
    let may_differ = match backslash {
        // To look for one character takes less time.
        Backslash::Plain => text.contains('\\') && text.contains(r"\'"),
        Backslash::Escape => text.contains('\\'),
    };
    if !may_differ {
        return Cow::Borrowed(text);
    }
    let mut respelled = String::with_capacity(text.len());
    'literal: loop {
        for token in squawk_lexer::tokenize(&text[respelled.len()..]) {
            let start = respelled.len();
            let has_escapes = match token.kind {
                TokenKind::Literal { kind: LiteralKind::EscStr { .. } } => true,
                TokenKind::Literal {
                    kind: LiteralKind::Str { .. } | LiteralKind::NationalStr { .. },
                } => backslash == Backslash::Escape,
                _ => false,
            };
            if has_escapes {
                let (literal, is_closed) = escaped(text, start);
                let is_prefixed = literal.starts_with(['e', 'E']);
                respelled +=
                    &if is_prefixed || !is_closed { literal } else { without_escapes(literal) };
                // The lexer may take the end of the literal to be elsewhere.
                continue 'literal;
            }
            respelled += &text[start..start + token.len as usize];
        }
        debug_assert_eq!(respelled.len(), text.len());
        return Cow::Owned(respelled);
    }
}

/// The literal with escapes that begins at `start`, with all its parts and every `\'` in it spelled `''`; and
/// whether it has an end.
fn escaped(text: &str, start: usize) -> (String, bool) {
    let mut open = start + text[start..].find('\'').map_or(0, |at| at + 1);
    let mut literal = text[start..open].to_owned();
    loop {
        let Some(end) = copy_part(text, open, &mut literal) else { return (literal, false) };
        let Some(next) = next_part(text, end) else { return (literal, true) };
        literal.push_str(&text[end..next]);
        open = next;
    }
}

/// Copies the part of a literal that begins behind the quote before `open`, with the quote at its end.
/// Returns where that is.
fn copy_part(text: &str, open: usize, literal: &mut String) -> Option<usize> {
    let mut chars = text[open..].char_indices();
    while let Some((at, char)) = chars.next() {
        match (char, chars.clone().next().map(|(_, next)| next)) {
            ('\'' | '\\', Some('\'')) => literal.push_str("''"),
            ('\'', _) => {
                literal.push(char);
                return Some(open + at + 1);
            }
            ('\\', Some(next)) => literal.extend([char, next]),
            _ => {
                literal.push(char);
                continue;
            }
        }
        chars.next();
    }
    None
}

/// Where the next part of a literal that ends at `end` begins, behind its quote: there is nothing between
/// the two but blanks and comments, and a line break among them (`scan.l`, `quotecontinue`).
fn next_part(text: &str, end: usize) -> Option<usize> {
    let mut at = end;
    let mut is_broken = false;
    loop {
        let rest = &text[at..];
        if rest.starts_with("--") {
            at += rest.find(['\n', '\r'])?;
            continue;
        }
        match rest.as_bytes().first()? {
            b'\n' | b'\r' => is_broken = true,
            b' ' | b'\t' | b'\x0b' | b'\x0c' => {}
            b'\'' if is_broken => return Some(at + 1),
            _ => return None,
        }
        at += 1;
    }
}

/// A literal without a prefix that has escapes, as one that says the same without, and blanks behind it.
fn without_escapes(literal: String) -> String {
    if !literal.contains('\\') {
        return literal;
    }
    let (prefix, quoted) = literal.split_at(literal.find('\'').unwrap_or_default());
    let value = value(quoted).unwrap_or_else(|| HOLE.to_string());
    let plain = format!("{prefix}'{}'", value.replace('\'', "''"));
    // No escape is shorter than what it stands for.
    match literal.len().checked_sub(plain.len()) {
        Some(blanks) => plain + &" ".repeat(blanks),
        None => literal,
    }
}

/// What a string with escapes says, whose prefix is left out.
fn value(quoted: &str) -> Option<String> {
    let tree = parser::sql(&format!("SELECT E{quoted}")).ok()?;
    let value = literal::text(&descendant(&tree, SyntaxKind::LITERAL)?)?;
    // Bytes that are no text.
    (!value.contains(char::REPLACEMENT_CHARACTER)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::Backslash::{Escape, Plain};
    use super::{HOLE, respelled};

    #[test]
    fn strings_that_go_on_have_the_quotes_of_the_first_part() {
        for (text, expected) in [
            (r"E'a'|'\''; b", r"E'a'|''''; b"),
            (r"e'\''--|--x|'\\' | '\'';'", r"e''''--|--x|'\\' | '''';'"),
            (r"E'a'|'\'", r"E'a'|'''"),
            (r"E'é'|'\é\''", r"E'é'|'\é'''"),
            (r"E'\'", r"E'''"),
            (r"E'a\", r"E'a\"),
            // These go on nowhere, or have no escapes.
            (r"E'a' '\'; b", r"E'a' '\'; b"),
            (r"E'a' /*|*/ '\'; b", r"E'a' /*|*/ '\'; b"),
            (r"'a'|'\'; b", r"'a'|'\'; b"),
            (r"$$E'a'|'\''$$", r"$$E'a'|'\''$$"),
            (r"U&'a'|'\'", r"U&'a'|'\'"),
        ] {
            let (text, expected) = (text.replace('|', "\n"), expected.replace('|', "\n"));
            assert_eq!(respelled(&text, Plain), expected);
        }
    }

    #[test]
    fn strings_without_a_prefix_may_have_escapes() {
        let hole = format!("'{HOLE}'  ; b");
        for (text, expected) in [
            (r"'\''; '\\' 'a\\b' c", r"''''; '\'  'a\b'  c"),
            (r#"'a\tb' "\""#, "'a\tb'  \"\\\""),
            (r"n'\x41' '\''", r"n'A'    ''''"),
            (r"'\u00e9'", "'é'    "),
            (r"E'\'' $$\'$$ U&'\0041'", r"E'''' $$\'$$ U&'\0041'"),
            (r"'\'; b", r"'''; b"),
            (r"'\xff\'; b'; b", &hole.replace("  ", "       ")),
        ] {
            assert_eq!(respelled(text, Escape), expected, "{text}");
        }
    }

    #[test]
    fn no_text_gets_another_length() {
        let parts = [
            "E", "'", "\\", "\n", "é", "''", "$$", "--", " ", "\\'", "\\x27", "\\u0027", "\"", "/*",
        ];
        for number in 0..parts.len().pow(4) {
            let at = |place: u32| parts[number / parts.len().pow(place) % parts.len()];
            let text = ["E'", at(0), at(1), at(2), at(3)].concat();
            for backslash in [Plain, Escape] {
                assert_eq!(respelled(&text, backslash).len(), text.len(), "{text:?}");
                assert_eq!(respelled(&text[1..], backslash).len(), text.len() - 1, "{text:?}");
            }
        }
    }
}
