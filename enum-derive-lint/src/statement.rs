//! A statement with its words, wherever it stands.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use pg_enum_migrations::Location;

use crate::clause::{Clause, clauses};
use crate::word::words;
pub(crate) use crate::word::{Word, identifier, literal};

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
    /// Where its text is sent, if a text that the file does not have as it is is sent there: in the file, or in a module.
    pub(crate) sent: Option<Location>,
    /// The name under which one run sends it once.
    pub(crate) once: Option<String>,
    /// The text of one that does not stand in the file.
    made: Option<String>,
    words: OnceCell<Vec<Word>>,
    clauses: OnceCell<Vec<Clause>>,
    mentions: OnceCell<u8>,
}

/// Something that the text of a statement may mention. Most statements mention nothing of it, so that their words are not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mention {
    /// `type`, as in `ALTER TYPE` and `ALTER COLUMN … TYPE`, in a statement that may say that
    Type = 1,
    /// `pg_enum`
    PgEnum = 2,
    /// `advisory`, as in `pg_advisory_lock`
    Advisory = 4,
    /// `rename`, as in `RENAME COLUMN`
    Rename = 8,
}

impl Statement {
    pub(crate) fn new(
        migration: usize,
        direction: Direction,
        at: Location,
        made: Option<String>,
    ) -> Self {
        let (words, clauses) = (OnceCell::new(), OnceCell::new());
        Self {
            migration,
            direction,
            at,
            sent: None,
            once: None,
            made,
            words,
            clauses,
            mentions: OnceCell::new(),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.made {
            Some(text) => text,
            None => self.at.source.text.get(self.at.range.clone()).unwrap_or_default(),
        }
    }

    /// Where it is sent: in a module, if one sends it.
    pub(crate) fn place(&self) -> &Location {
        self.sent.as_ref().unwrap_or(&self.at)
    }

    /// Whether a call makes it (`op.create_table`), so that its text is not in the file.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.made.is_some()
    }

    /// Whether it stands for a condition in a migration's own code, and not for a statement that is sent.
    pub(crate) fn is_condition_of_code(&self) -> bool {
        let tag = self.text().strip_prefix("DO ");
        self.is_made() && tag.is_some_and(|rest| rest.starts_with("$alembic$"))
    }

    /// Its words and signs, those in strings in dollar quotes included: after the word that is the string come its own.
    pub(crate) fn words(&self) -> &[Word] {
        self.words.get_or_init(|| words(self.text()))
    }

    /// Whether its text has something in it, be it in a string or a comment.
    pub(crate) fn mentions(&self, what: Mention) -> bool {
        self.mentions.get_or_init(|| mentions(self.text().as_bytes())) & what as u8 != 0
    }

    /// What it does to types and to columns; nothing for a routine, which does it when it is called.
    pub(crate) fn clauses(&self) -> &[Clause] {
        self.clauses
            .get_or_init(|| if self.is_routine() { Vec::new() } else { clauses(self.words()) })
    }

    /// Whether it creates a routine.
    pub(crate) fn is_routine(&self) -> bool {
        let words = self.words().iter().take(4).map(|word| &*word.text);
        self.begins(&["create"])
            && words.into_iter().any(|word| matches!(word, "function" | "procedure"))
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
            _ => self.place().clone(),
        }
    }

    /// The same, with the semicolon after them and what is blank before that.
    pub(crate) fn at_words_and_semicolon(&self, words: Range<usize>) -> Location {
        let mut at = self.at_words(words);
        let rest = at.source.text.get(at.range.end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start().len();
        if rest[blank..].starts_with(';') {
            at.range.end += blank + 1;
        }
        at
    }

    /// The name at a word, in its parts, and the index of the word after it: `app."Mood"` is `app`, `Mood`. Nothing if the
    /// word is not a name.
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

fn mentions(text: &[u8]) -> u8 {
    let mut words =
        text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is = |word: Option<&[u8]>, wanted: &str| {
        word.is_some_and(|it| it.eq_ignore_ascii_case(wanted.as_bytes()))
    };
    let first = words.next();
    // Most statements create a table, which may have a column of this name, or write rows.
    let is_about_types = ["alter", "drop", "do"].iter().any(|word| is(first, word))
        || is(first, "create") && is(words.next(), "type");
    let mut found = 0;
    for (at, byte) in text.iter().enumerate() {
        let (word, what): (&[u8], _) = match byte | 0x20 {
            b't' if is_about_types => (b"type", Mention::Type),
            b'p' => (b"pg_enum", Mention::PgEnum),
            b'a' => (b"advisory", Mention::Advisory),
            b'r' => (b"rename", Mention::Rename),
            _ => continue,
        };
        if text.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word)) {
            found |= what as u8;
        }
    }
    found
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
    fn what_a_text_mentions() {
        let mentioned = |text: &str| {
            let all = [Mention::Type, Mention::PgEnum, Mention::Advisory];
            all.map(|what| statement(text).mentions(what))
        };
        assert_eq!(mentioned("alter TyPe"), [true, false, false]);
        assert_eq!(mentioned("CREATE\n\tTYPE a"), [true, false, false]);
        assert_eq!(mentioned("create table a (type text)"), [false, false, false]);
        assert_eq!(mentioned("PG_ENUM t pg_ADVISORY_lock typ"), [false, true, true]);
    }
}
