//! The tokens of an expression (`PostgreSQL` manual, 4.1).

use alloc::string::String;
use alloc::vec::Vec;

use crate::sql::unquote;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// An identifier as the server stores it, or a key word in lower case.
    Word(String),
    /// An identifier in quotes.
    Quoted(String),
    Text(String),
    Number(String),
    Operator(String),
    /// One of `( ) [ ] , .`, or `:` for a cast.
    Sign(char),
}

/// The operator at the beginning, also as `OPERATOR(pg_catalog.=)`, and what follows; the inner `None` for one of another schema.
/// `None` if there is none.
pub(crate) fn split_operator(tokens: &[Token]) -> Option<(Option<&str>, &[Token])> {
    match tokens {
        [Token::Operator(operator), rest @ ..] => Some((Some(operator), rest)),
        [
            Token::Word(word),
            Token::Sign('('),
            Token::Word(schema),
            Token::Sign('.'),
            Token::Operator(operator),
            Token::Sign(')'),
            rest @ ..,
        ] if word == "operator" => Some(((schema == "pg_catalog").then_some(&**operator), rest)),
        _ => None,
    }
}

/// The tokens; `None` if one is not understood.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '\'' => literal(&rest[1..], false)?,
            '"' => {
                let (name, after) = unquote(&rest[1..])?;
                (Token::Quoted(name), after)
            }
            '(' | ')' | '[' | ']' | ',' | '.' => (Token::Sign(first), &rest[1..]),
            ':' => (Token::Sign(':'), rest.strip_prefix("::")?),
            _ if rest.starts_with("--") => {
                rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
                continue;
            }
            _ if rest.starts_with("/*") => {
                rest = after_comment(rest)?.trim_start();
                continue;
            }
            '0'..='9' => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
                let after = rest.trim_start_matches(is_part);
                (Token::Number(rest[..rest.len() - after.len()].into()), after)
            }
            _ if is_name(first) => {
                let is_part = |c: char| is_name(c) || c.is_ascii_digit() || c == '$';
                let after = rest.trim_start_matches(is_part);
                let word = rest[..rest.len() - after.len()].to_ascii_lowercase();
                match (&*word, after.strip_prefix('\'')) {
                    ("e", Some(literal_text)) => literal(literal_text, true)?,
                    // `U&'…'` has an operator in between, and bits and the like are no labels.
                    (_, Some(_)) => return None,
                    _ => (Token::Word(word), after),
                }
            }
            _ => {
                let operator = operator(rest)?;
                (Token::Operator(operator.into()), &rest[operator.len()..])
            }
        };
        // Two literals in a row are one if a line ends between them.
        if matches!((&token, tokens.last()), (Token::Text(_), Some(Token::Text(_)))) {
            return None;
        }
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn operator(text: &str) -> Option<&str> {
    let is_part = |c: char| "+-*/<>=~!@#%^&|`?".contains(c);
    let mut end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    for comment in ["--", "/*"] {
        end = text.find(comment).map_or(end, |at| end.min(at));
    }
    (end > 0).then(|| &text[..end])
}

/// A literal after its opening quote.
fn literal(text: &str, has_escapes: bool) -> Option<(Token, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if text[at + 1..].starts_with('\'') => {
                value.push('\'');
                chars.next();
            }
            '\'' => return Some((Token::Text(value), &text[at + 1..])),
            '\\' if has_escapes => value.push(match chars.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                c @ ('\\' | '\'' | '"') => c,
                _ => return None,
            }),
            c => value.push(c),
        }
    }
    None
}

fn after_comment(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix("/*") {
            depth += 1;
            rest = after;
        } else if let Some(after) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = after;
            if depth == 0 {
                return Some(rest);
            }
        } else {
            rest = &rest[rest.chars().next()?.len_utf8()..];
        }
    }
}
