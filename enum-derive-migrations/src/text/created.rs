//! What statements create, told from their first words.

use std::sync::Arc;

use squawk_lexer::TokenKind;

use super::name::{self, Path};
use super::token::words;

/// What a statement creates, if it is a type or a schema, as far as that can be seen without reading it
/// all.
pub(crate) fn created(statement: &str) -> Option<Created> {
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    if !statement.get(.."create".len()).is_some_and(|begin| is(begin, "create")) {
        return None;
    }
    let mut words = words(statement);
    let (_, create, _) = words.next()?;
    let (_, kind, _) = words.next()?;
    if !is(create, "create") || !["type", "domain", "schema"].iter().any(|known| is(kind, known)) {
        return None;
    }
    let (mut schema, mut name) = (None, None);
    for (token, word, _) in words {
        match token {
            TokenKind::Ident if ["if", "not", "exists"].iter().any(|skip| is(word, skip)) => {}
            TokenKind::Ident if is(word, "as") || is(word, "authorization") => break,
            TokenKind::Ident => name = Some(word.to_ascii_lowercase()),
            TokenKind::QuotedIdent { .. } => {
                name = Some(word.trim_matches('"').replace("\"\"", "\""));
            }
            TokenKind::Dot => schema = name.take(),
            _ => break,
        }
    }
    let name = name::truncated(&name?).into();
    Some(if is(kind, "schema") {
        Created::Schema(name)
    } else {
        let schema = schema.map(|schema: String| name::truncated(&schema).into());
        Created::Type(Path { schema, name })
    })
}

pub(crate) enum Created {
    Type(Path),
    Schema(Arc<str>),
}
