//! The pieces of a script.

use std::ops::Range;

use super::ddl::Definition;
use super::word::{Word, Words};

/// A piece of a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A statement, without its semicolon.
    Statement {
        range: Range<usize>,
        /// Which of the script's words are in it.
        words: Range<usize>,
        /// Which of the script's definitions it is.
        definition: Option<usize>,
        /// The comments before or in it that are for replay.
        directives: Vec<Range<usize>>,
        /// Whether psql sends the next statement in the same message.
        goes_on: bool,
    },
    /// A command of psql's, from its backslash to the end of the line.
    Command { range: Range<usize>, directives: Vec<Range<usize>> },
    /// A string, comment or parenthesis that is never closed: where it begins.
    Unclosed { at: usize, what: &'static str },
    /// The semicolon inside a body at which psql takes the statement to end.
    Torn { at: usize },
    /// A directive with no statement after it.
    Dangling { range: Range<usize> },
}

/// A script's pieces, in order. Ranges are those of its text.
pub(crate) struct Pieces {
    pub list: Vec<Piece>,
    /// Every name and keyword, in whatever quotes, so that nobody need look for them again.
    pub(super) words: Vec<Word>,
    /// What the statements say of tables, if that is asked for.
    pub(super) definitions: Vec<Definition>,
}

/// Who looks for the ends of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The server alone, in what it is sent.
    Server,
    /// psql, which sends what it takes for a statement and leaves it to the server to cut that up.
    Psql,
}

impl Pieces {
    /// Some of the words of the text that was cut up.
    pub(crate) fn words<'a>(&'a self, text: &'a str, words: &Range<usize>) -> Words<'a> {
        Words::new(text, self.words.get(words.clone()).unwrap_or_default())
    }

    /// What a statement says of a table.
    pub(crate) fn definition(&self, index: Option<usize>) -> Option<&Definition> {
        self.definitions.get(index?)
    }
}
