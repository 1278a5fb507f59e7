//! Words of SQL.

use std::borrow::Cow;
use std::ops::Range;

use pg_enum_migrations::words_at;

/// A word or a sign of a statement: keywords and plain names in lower case, what is in quotes as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Its bytes in the statement.
    pub(crate) range: Range<usize>,
    /// In how many strings in dollar quotes it stands, as those of a block and of a function are.
    pub(crate) depth: usize,
}

/// Deeper strings are not looked into.
const DEEPEST: usize = 8;

/// The words and signs of a text, those in strings in dollar quotes included: after the word that is the string come its own.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    add_words(text, 0, 0, &mut words);
    words
}

fn add_words(text: &str, start: usize, depth: usize, words: &mut Vec<Word>) {
    for (word, range) in words_at(text) {
        let body = dollar_quoted(&word).filter(|_| depth < DEEPEST);
        let body = body.map(|body| (body.start, word[body].to_owned()));
        let at = start + range.start;
        words.push(Word { text: word, range: at..start + range.end, depth });
        if let Some((offset, body)) = body {
            add_words(&body, at + offset, depth + 1, words);
        }
    }
}

/// What is inside a string in dollar quotes.
fn dollar_quoted(word: &str) -> Option<Range<usize>> {
    let rest = word.strip_prefix('$')?;
    let tag = rest.find('$')? + 2;
    let end = word.len().checked_sub(tag)?;
    (tag <= end && word.get(end..)? == word.get(..tag)?).then_some(tag..end)
}

/// A name as the server stores it; nothing for a sign or a literal.
pub(crate) fn identifier(word: &str) -> Option<Cow<'_, str>> {
    if let Some(quoted) = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Some(unescaped(quoted, "\"\"", "\""));
    }
    let first = word.chars().next()?;
    (first.is_alphabetic() || first == '_' || !first.is_ascii()).then_some(word.into())
}

/// The value of a literal in plain quotes; nothing for another word, or for a literal with escapes.
pub(crate) fn literal(word: &str) -> Option<Cow<'_, str>> {
    let text = word.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(unescaped(text, "''", "'"))
}

fn unescaped<'a>(text: &'a str, twice: &str, once: &str) -> Cow<'a, str> {
    if text.contains(twice) { text.replace(twice, once).into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_dollar_quotes() {
        for text in ["$", "$$", "$a$", "$a$b", "$1", "$$$"] {
            assert_eq!(dollar_quoted(text), None, "{text}");
        }
        assert_eq!(dollar_quoted("$$$$"), Some(2..2));
    }
}
