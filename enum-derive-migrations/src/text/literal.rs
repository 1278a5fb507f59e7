//! Constants, as the tree has them (`PostgreSQL` manual, 4.1.2).

use super::escapes::{self, Decoded};
use super::name;
use super::node::{SyntaxKind, SyntaxNode};
use super::syntax::child;
use super::token::dollar_quoted;

/// The kind of a constant's first token, which says what it is.
pub(crate) fn kind(literal: &SyntaxNode) -> Option<SyntaxKind> {
    Some(literal.first_child_or_token()?.as_token()?.kind())
}

/// Whether a constant is a string, bits aside.
pub(crate) fn is_string(literal: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    matches!(
        kind(literal),
        Some(
            K::STRING
                | K::ESC_STRING
                | K::DOLLAR_QUOTED_STRING
                | K::UNICODE_ESC_STRING
                | K::NATIONAL_STRING
        )
    )
}

/// What a string says, and `1010` for `B'1010'`. Any other constant comes to an empty string.
pub(crate) fn decoded(literal: &SyntaxNode) -> Option<Decoded> {
    use SyntaxKind as K;
    if literal.kind() != K::LITERAL {
        return None;
    }
    let mut value = Decoded::new(usize::from(literal.text_range().start()));
    // What the string begins as, so do its further parts.
    let mut first = K::STRING;
    for element in literal.children_with_tokens() {
        let Some(token) = element.as_token() else { continue };
        let text = token.text();
        let start = usize::from(token.text_range().start());
        let prefix = match token.kind() {
            K::STRING => 0,
            K::ESC_STRING | K::BIT_STRING | K::BYTE_STRING | K::NATIONAL_STRING => 1,
            K::UNICODE_ESC_STRING => 2,
            K::DOLLAR_QUOTED_STRING => {
                let (inner, offset) = dollar_quoted(text)?;
                value.push(inner, start + offset);
                return Some(value);
            }
            K::UESCAPE_KW => break,
            _ => continue,
        };
        if token.kind() != K::STRING {
            first = token.kind();
        }
        let inner = text.get(prefix..)?.strip_prefix('\'')?.strip_suffix('\'')?;
        let start = start + prefix + 1;
        match first {
            K::ESC_STRING => escapes::backslashes(inner, start, &mut value),
            K::UNICODE_ESC_STRING => {
                escapes::unicode(inner, escape_character(literal), start, &mut value);
            }
            K::BIT_STRING | K::BYTE_STRING => value.push(inner, start),
            _ => escapes::plain(inner, start, &mut value),
        }
    }
    Some(value)
}

/// What [`decoded`] says, without the places.
pub(crate) fn text(literal: &SyntaxNode) -> Option<String> {
    Some(decoded(literal)?.text)
}

fn escape_character(literal: &SyntaxNode) -> char {
    let mut is_after = false;
    for element in literal.children_with_tokens() {
        if is_after
            && element.kind() == SyntaxKind::STRING
            && let Some(token) = element.as_token()
        {
            return escapes::escape_character(token.text()).unwrap_or('\\');
        }
        is_after |= element.kind() == SyntaxKind::UESCAPE_KW;
    }
    '\\'
}

/// The value of an integer, which may be in another base and have underscores (`PostgreSQL` manual, 4.1.2.6).
pub(crate) fn integer(literal: &SyntaxNode) -> Option<i64> {
    let token = literal.first_child_or_token()?;
    if token.kind() != SyntaxKind::INT_NUMBER {
        return None;
    }
    let digits = token.as_token()?.text().replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok();
        }
    }
    digits.parse().ok()
}

/// The language that a `LANGUAGE` names, in lower case.
pub(crate) fn language(option: &SyntaxNode) -> Option<String> {
    if let Some(name) = child(option, SyntaxKind::LANGUAGE_REF) {
        return Some(name::identifier(&name).to_ascii_lowercase());
    }
    Some(text(&child(option, SyntaxKind::LITERAL)?)?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parser;
    use crate::text::syntax::descendant;

    fn literal(constant: &str) -> SyntaxNode {
        let tree = parser::sql(&format!("SELECT {constant}")).expect("a constant");
        descendant(&tree, SyntaxKind::LITERAL).expect("a literal")
    }

    #[test]
    fn strings_say_what_the_server_reads() {
        for (constant, value) in [
            ("'a''b'", "a'b"),
            ("'a'\n'b'", "ab"),
            ("N'a'", "a"),
            ("$$a$b$$", "a$b"),
            ("$x$a$$b$x$", "a$$b"),
            (r"E'a\n\t\b\f\r\\\'\q'", "a\n\t\u{8}\u{c}\r\\'q"),
            (r"E'\x41\x4\101\1Z'", "A\u{4}A\u{1}Z"),
            (r"E'\xC3\xA9\u00e9\U0001F600'", "éé😀"),
            (r"E'\xff'", "\u{fffd}"),
            ("E'\\n'\n'\\t'", "\n\t"),
            ("E'''\\''", "''"),
            (r"U&'\0061\+000062\\\d83d\de00'''", "ab\\😀'"),
            (r"U&'!0061!!\' UESCAPE '!'", "a!\\"),
            ("U&'\\0061'\n'\\0062'", "ab"),
            ("B'101'", "101"),
        ] {
            assert_eq!(text(&literal(constant)).as_deref(), Some(value), "{constant}");
        }
    }

    #[test]
    fn places_in_a_value_lead_to_what_is_written() {
        let constant = "E'a\\n''b'\n  'c'";
        let decoded = decoded(&literal(constant)).expect("a string");
        assert_eq!(decoded.text, "a\n'bc");
        let places: Vec<usize> = (0..=decoded.text.len()).map(|at| decoded.written(at)).collect();
        let expected = ["a", "\\n", "''b", "b", "c", "'"].map(|part| match part {
            "'" => constant.len() - 1,
            part => constant.find(part).expect("a part"),
        });
        assert_eq!(places, expected.map(|place| "SELECT ".len() + place));
    }

    #[test]
    fn integers_may_be_in_other_bases() {
        for (constant, value) in [
            ("42", Some(42)),
            ("1_000", Some(1000)),
            ("0x1F", Some(31)),
            ("0o17", Some(15)),
            ("0B101", Some(5)),
            ("99999999999999999999", None),
            ("1.5", None),
            ("'1'", None),
        ] {
            assert_eq!(integer(&literal(constant)), value, "{constant}");
        }
    }
}
