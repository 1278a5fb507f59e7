//! Placeholders, overwritten with names.

use std::borrow::Cow;

use squawk_lexer::{LiteralKind, Token, TokenKind};

use super::name::HOLE;

/// Placeholders of template engines and of psql, each overwritten with an identifier of the same
/// length that begins with a [`HOLE`], so that what is around them can be parsed and nothing moves.
/// What they were is told to `found`, with the identifier.
///
/// In quotes, only `everywhere` finds them (Flyway replaces text before it looks at it); any other
/// tool leaves a string as it is.
pub(crate) fn mask(
    text: &str,
    everywhere: bool,
    mut found: impl FnMut(&str, &str),
) -> Cow<'_, str> {
    // To look for one character takes less time.
    let has_braces = text.contains('{') && (text.contains("{{") || text.contains("${"));
    if !has_braces && !has_variable(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    if everywhere {
        mask_text(text, &mut masked, &mut found);
    } else {
        mask_code(text, true, &mut masked, &mut found);
    }
    debug_assert_eq!(masked.len(), text.len());
    Cow::Owned(masked)
}

/// Whether there may be a variable of psql's: a colon before a name or a quote.
fn has_variable(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(':').any(|(at, _)| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(at + 1);
        before.is_some_and(|byte| byte != b':')
            && after.is_some_and(|byte| byte.is_ascii_alphabetic() || b"_'\"".contains(byte))
    })
}

fn mask_text(mut text: &str, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    while let Some(at) = text.find("${") {
        let (before, rest) = text.split_at(at);
        let length = placeholder(rest);
        let (original, after) = rest.split_at(length.unwrap_or(2));
        masked.push_str(before);
        match length {
            Some(_) => push_hole(original, masked, found),
            None => masked.push_str(original),
        }
        text = after;
    }
    masked.push_str(text);
}

fn mask_code(text: &str, psql: bool, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    let mut position = 0;
    'again: loop {
        let mut brackets = 0_usize;
        let mut after_colon = false;
        for Token { kind, len } in squawk_lexer::tokenize(&text[position..]) {
            let rest = &text[position..];
            let (token, _) = rest.split_at(len as usize);
            let colon = kind == TokenKind::Colon;
            // In brackets, a colon is the middle of a slice.
            let may_be_variable = psql && colon && !after_colon && brackets == 0;
            after_colon = colon;
            let length =
                placeholder(rest).or_else(|| may_be_variable.then(|| variable(rest)).flatten());
            if let Some(length) = length {
                push_hole(&rest[..length], masked, found);
                position += length;
                continue 'again;
            }
            match kind {
                TokenKind::OpenBracket => brackets += 1,
                TokenKind::CloseBracket => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            match dollar_quoted(kind, token) {
                // Code, mostly; but psql replaces nothing in it.
                Some((open, inner, close)) => {
                    masked.push_str(open);
                    mask_code(inner, false, masked, found);
                    masked.push_str(close);
                }
                None => masked.push_str(token),
            }
            position += len as usize;
        }
        return;
    }
}

fn dollar_quoted(kind: TokenKind, token: &str) -> Option<(&str, &str, &str)> {
    let TokenKind::Literal { kind: LiteralKind::DollarQuotedString { terminated: true } } = kind
    else {
        return None;
    };
    let tag = token.get(1..)?.find('$')? + 2;
    let (open, rest) = token.split_at_checked(tag)?;
    let (inner, close) = rest.split_at_checked(rest.len().checked_sub(tag)?)?;
    Some((open, inner, close))
}

/// How long a placeholder may be, so that one that never ends is not looked for to the end of the text.
const MAX_PLACEHOLDER: usize = 500;

/// The length of the placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<usize> {
    let close = match text.as_bytes() {
        [b'{', b'{', ..] => "}}",
        [b'$', b'{', ..] => "}",
        _ => return None,
    };
    let end = text[..text.floor_char_boundary(MAX_PLACEHOLDER)].find(close)?;
    (!text[..end].contains('\n')).then_some(end + close.len())
}

/// The length of the psql variable that `text` begins with: `:name`, `:'name'` or `:"name"`.
fn variable(text: &str) -> Option<usize> {
    let quote = text[1..].chars().next().filter(|c| matches!(c, '\'' | '"'));
    let name = &text[1 + usize::from(quote.is_some())..];
    let length =
        name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    if length == 0 || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match quote {
        None => Some(1 + length),
        Some(quote) => name[length..].starts_with(quote).then_some(length + 3),
    }
}

/// An identifier, or a quoted text, in the place of `original`: a hole and those of its letters that
/// fit, so that one placeholder is the same name everywhere.
fn push_hole(original: &str, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    let quote = original.chars().nth(1).filter(|c| matches!(c, '\'' | '"'));
    let room = original.len() - if quote.is_some() { 2 } else { 0 } - HOLE.len_utf8();
    let mut hole = String::from(HOLE);
    for letter in original.chars() {
        if hole.len() < room + HOLE.len_utf8() && (letter.is_ascii_alphanumeric() || letter == '_')
        {
            hole.push(letter.to_ascii_lowercase());
        }
    }
    while hole.len() < room + HOLE.len_utf8() {
        hole.push('_');
    }
    masked.extend(quote);
    masked.push_str(&hole);
    masked.extend(quote);
    found(&hole, original);
}

#[cfg(test)]
mod tests {
    use super::mask;

    fn masked(text: &str, everywhere: bool) -> (String, Vec<String>) {
        let mut found = Vec::new();
        let masked =
            mask(text, everywhere, |_, original| found.push(original.to_owned())).into_owned();
        assert_eq!(masked.len(), text.len());
        (masked.replace(super::HOLE, "?"), found)
    }

    #[test]
    fn placeholders_become_names() {
        let (text, found) = masked("create type {{ index .O \"N\" }}.x; -- ${y}", false);
        assert_eq!(text, "create type ?indexon_________.x; -- ${y}");
        assert_eq!(found, ["{{ index .O \"N\" }}"]);
        assert_eq!(masked("${a}.x '${b}' $$ ${c} $$", false).0, "?a_.x '${b}' $$ ?c_ $$");
        assert_eq!(masked("${a}.x '${b}' $$ ${c} $$", true).0, "?a_.x '?b_' $$ ?c_ $$");
    }

    #[test]
    fn variables_of_psql_become_names_but_nothing_else_does() {
        assert_eq!(
            masked("a :b c :'d' :\"e\" f::text x[a:b] := y ':z'", false).0,
            "a ? c '?' \"?\" f::text x[a:b] := y ':z'"
        );
        assert_eq!(masked("'10:a' ${", true).0, "'10:a' ${");
    }
}
