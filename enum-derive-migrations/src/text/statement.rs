//! The statements of a migration's text, for those who send them one by one or look at what they are.

use std::ops::Range;

use squawk_lexer::TokenKind;

use super::script::{Cut, cut};
use super::strings::{Backslash, respelled};
use super::token;
use crate::ground::{Location, Script};

/// A statement of a [`Script`], or a command of psql's in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// Where it is, without the semicolon and the comments before it.
    pub at: Location,
    /// Whether it is no SQL but a command of psql's, such as `\set`.
    pub is_command: bool,
}

impl Statement {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.at.source.text.get(self.at.range.clone()).unwrap_or_default()
    }

    /// Its words and signs, as [`words`] tells them apart.
    pub fn words(&self) -> impl Iterator<Item = String> {
        words(self.text())
    }
}

/// The words and signs of SQL without the comments: keywords and plain names in lower case, what is in quotes
/// as it is written, or to the same effect.
pub fn words(sql: &str) -> impl Iterator<Item = String> {
    words_at(sql).into_iter().map(|(word, _)| word)
}

/// The same, with the bytes of each.
#[must_use]
pub fn words_at(sql: &str) -> Vec<(String, Range<usize>)> {
    let sql = respelled(sql, Backslash::Plain);
    let mut words = Vec::new();
    for (kind, word, start) in token::words(&sql) {
        let range = start..start + word.len();
        let word = match kind {
            TokenKind::Ident => word.to_lowercase(),
            _ => word.to_owned(),
        };
        words.push((word, range));
    }
    words
}

impl Script {
    /// Its statements, cut as the server's grammar cuts them (not as psql does, which sends some of them together,
    /// nor as they are under `standard_conforming_strings = off`).
    ///
    /// ```
    /// use pg_enum_migrations::Folder;
    /// use pg_enum_migrations::folder::Part;
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ();\n-- more\nDROP TYPE mood;")?;
    ///
    /// let folder = Folder::open(root)?;
    /// if let Part::Sql(script) = &folder.migrations[0].up {
    ///     let statements = script.statements();
    ///     assert_eq!(statements[1].text(), "DROP TYPE mood");
    ///     assert_eq!(statements[1].at.line(), 3);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn statements(&self) -> Vec<Statement> {
        let start = self.range.start;
        let mut statements = Vec::new();
        for piece in cut(self.text()) {
            let (range, is_command) = match piece {
                Cut::Statement(range) => (range, false),
                Cut::Command(range) => (range, true),
            };
            let at = Location::new(&self.source, start + range.start..start + range.end);
            statements.push(Statement { at, is_command });
        }
        statements
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ground::Source;

    fn script(text: &str, range: Range<usize>) -> Script {
        Script { source: Arc::new(Source { path: "1.sql".into(), text: text.to_owned() }), range }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "up\nSELECT 1; -- one\n\\set x 1\n;;\nDO $$ ; $$;\ndown";
        let script = script(text, 3..text.len() - 4);
        let statements: Vec<_> = script
            .statements()
            .iter()
            .map(|found| format!("{} {} {}", found.at.line(), found.is_command, found.text()))
            .collect();
        assert_eq!(statements, ["2 false SELECT 1", "3 true \\set x 1", "5 false DO $$ ; $$"]);
    }

    #[test]
    fn words_are_told_from_names() {
        let text = "ALTER /* a */ TYPE \"A\".B ADD VALUE 'Éa' -- end";
        let script = script(text, 0..text.len());
        let words: Vec<_> = script.statements()[0].words().collect();
        assert_eq!(words, ["alter", "type", "\"A\"", ".", "b", "add", "value", "'Éa'"]);
    }
}
