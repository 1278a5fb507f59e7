//! A statement with its words, wherever it stands.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use pg_enum_migrations::{Location, words_at};

/// On which way a statement is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// When the migration is applied.
    Up,
    /// When it is taken back.
    Down,
}

/// A statement of a migration.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The migration: an index into [`Folder::migrations`](pg_enum_migrations::Folder::migrations).
    pub migration: usize,
    /// On which way it is run.
    pub direction: Direction,
    /// Where it stands, or the call that makes it.
    pub at: Location,
    /// The text of one that does not stand in the file.
    made: Option<String>,
    words: OnceCell<Vec<Word>>,
}

/// A word or a sign of a statement: keywords and plain names in lower case, what is in quotes as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Its bytes in the statement.
    pub(crate) range: Range<usize>,
    /// In how many strings in dollar quotes it stands, as those of a block and of a function are.
    pub(crate) depth: usize,
}

impl Statement {
    pub(crate) fn new(
        migration: usize,
        direction: Direction,
        at: Location,
        made: Option<String>,
    ) -> Self {
        Self { migration, direction, at, made, words: OnceCell::new() }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.made {
            Some(text) => text,
            None => self.at.source.text.get(self.at.range.clone()).unwrap_or_default(),
        }
    }

    /// Whether a call makes it (`op.create_table`), so that its text is not in the file.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.made.is_some()
    }

    /// Its words and signs, those in strings in dollar quotes included: after the word that is the string come its own.
    pub(crate) fn words(&self) -> &[Word] {
        self.words.get_or_init(|| {
            let mut words = Vec::new();
            add_words(self.text(), 0, 0, &mut words);
            words
        })
    }

    /// Its first words.
    pub(crate) fn begins(&self, with: &[&str]) -> bool {
        let words = self.words();
        words.len() >= with.len() && words.iter().zip(with).all(|(word, with)| word.text == *with)
    }

    /// The indices at which these words stand one after the other.
    pub(crate) fn find<'a>(&'a self, wanted: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        let words = self.words();
        let fits = move |start: &usize| {
            words[*start..].iter().zip(wanted).all(|(word, wanted)| word.text == *wanted)
        };
        (0..(words.len() + 1).saturating_sub(wanted.len())).filter(fits)
    }

    /// The place of some of its words, as far as they stand in the file.
    pub(crate) fn at_words(&self, words: Range<usize>) -> Location {
        let all = self.words();
        match (self.is_made(), all.get(words.start), all.get(words.end.saturating_sub(1))) {
            (false, Some(first), Some(last)) => {
                let start = self.at.range.start;
                let range = start + first.range.start..start + last.range.end;
                Location::new(&self.at.source, range)
            }
            _ => self.at.clone(),
        }
    }

    /// The name at a word, in its parts, and the index of the word after it: `app."Mood"` is `app`, `Mood`. Nothing if the
    /// word is no name.
    pub(crate) fn name_at(&self, start: usize) -> Option<(Vec<Cow<'_, str>>, usize)> {
        let words = self.words();
        let mut parts = vec![identifier(&words.get(start)?.text)?];
        let mut next = start + 1;
        while words.get(next).is_some_and(|word| word.text == ".") {
            let Some(part) = words.get(next + 1).and_then(|word| identifier(&word.text)) else {
                break;
            };
            parts.push(part);
            next += 2;
        }
        Some((parts, next))
    }
}

/// Deeper strings are not looked into.
const DEEPEST: usize = 8;

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

/// The value of a literal in plain quotes; nothing for what is none, or has escapes.
pub(crate) fn literal(word: &str) -> Option<Cow<'_, str>> {
    let text = word.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(unescaped(text, "''", "'"))
}

fn unescaped<'a>(text: &'a str, twice: &str, once: &str) -> Cow<'a, str> {
    if text.contains(twice) { text.replace(twice, once).into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pg_enum_migrations::folder::Source;

    use super::*;

    fn statement(text: &str) -> Statement {
        let source = Arc::new(Source { path: "1.sql".into(), text: text.to_owned() });
        Statement::new(0, Direction::Up, Location::new(&source, 0..text.len()), None)
    }

    #[test]
    fn words_in_blocks_have_their_places() {
        let text = "DO $x$ BEGIN EXECUTE $$DROP TYPE é$$; END $x$";
        let statement = statement(text);
        let drop: Vec<usize> = statement.find(&["drop", "type"]).collect();
        let [at] = *drop else { panic!("{drop:?}") };
        assert_eq!(statement.words()[at].depth, 2);
        let place = statement.at_words(at..at + 3);
        assert_eq!(&text[place.range], "DROP TYPE é");
    }

    #[test]
    fn names_have_parts() {
        let statement = statement("ALTER TYPE app.\"A\"\"b\" ADD VALUE 'it''s'");
        let (parts, next) = statement.name_at(2).unwrap();
        assert_eq!(parts, ["app", "A\"b"]);
        assert_eq!(statement.words()[next].text, "add");
        assert_eq!(literal(&statement.words()[next + 2].text).unwrap(), "it's");
        assert!(statement.name_at(next + 2).is_none());
    }

    #[test]
    fn what_looks_like_dollar_quotes() {
        for text in ["$", "$$", "$a$", "$a$b", "$1", "$$$"] {
            assert_eq!(dollar_quoted(text), None, "{text}");
        }
        assert_eq!(dollar_quoted("$$$$"), Some(2..2));
    }
}
