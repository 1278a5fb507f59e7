//! The few names that Alembic reads from a revision's file before it runs any of it.
//!
//! The file is looked at as text, without a parser for Python: assignments at the beginning of a line, outside of brackets
//! and strings, with a literal on the right. Alembic imports the file (`alembic/script/base.py`, `Script._from_path`), so
//! that an id may be computed; such an id is not known here.

use std::ops::Range;

/// What a name is assigned, as far as it is literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// `None`, or an empty list.
    Nothing,
    Text(String),
    /// A tuple, a list or a set of texts.
    Texts(Vec<String>),
    /// It is computed, or no text.
    Computed,
}

/// An assignment: what is assigned, and where the name stands.
pub(super) struct Assigned {
    pub(super) value: Literal,
    pub(super) at: Range<usize>,
}

/// The last assignment of each of these names in a file.
pub(super) fn assigned<const N: usize>(text: &str, names: [&str; N]) -> [Option<Assigned>; N] {
    let mut found = [const { None }; N];
    let mut cursor = Cursor { text, at: 0 };
    let mut depth = 0_usize;
    while let Some(next) = cursor.peek() {
        let is_start = cursor.at == 0 || text.as_bytes().get(cursor.at - 1) == Some(&b'\n');
        if is_start && depth == 0 && is_name(next) {
            let start = cursor.at;
            let name = cursor.name();
            let end = cursor.at;
            if let Some(index) = names.iter().position(|known| *known == name)
                && let Some(value) = cursor.assignment()
            {
                found[index] = Some(Assigned { value, at: start..end });
            }
            continue;
        }
        match next {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        cursor.skip();
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        self.at += name.len();
        name
    }

    /// Passes over one character, or over a comment or a string as a whole.
    fn skip(&mut self) {
        let Some(next) = self.peek() else { return };
        match next {
            '#' => {
                let rest = self.rest();
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            '"' | '\'' => drop(self.string(false)),
            '\\' => self.at += 1 + self.rest()[1..].chars().next().map_or(0, char::len_utf8),
            c if is_name(c) => drop(self.name()),
            c => self.at += c.len_utf8(),
        }
    }

    /// Passes over blanks, and in brackets over lines and comments as well.
    fn blanks(&mut self, lines: bool) {
        while let Some(next) = self.peek() {
            match next {
                ' ' | '\t' | '\r' => self.at += 1,
                '\n' | '#' if lines => self.skip(),
                '\\' if self.rest()[1..].starts_with(['\n', '\r']) => self.skip(),
                _ => break,
            }
        }
    }

    /// What is assigned to the name before, if anything is. An annotation may stand between.
    fn assignment(&mut self) -> Option<Literal> {
        self.blanks(false);
        if self.peek() == Some(':') {
            let mut depth = 0_usize;
            loop {
                match self.peek()? {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    '=' | '\n' if depth == 0 => break,
                    _ => {}
                }
                self.skip();
            }
        }
        if self.peek() != Some('=') || self.rest()[1..].starts_with('=') {
            return None;
        }
        self.at += 1;
        self.blanks(false);
        let value = self.value(false).unwrap_or(Literal::Computed);
        self.blanks(false);
        match self.peek() {
            None | Some('\n' | '#' | ';') => Some(value),
            Some(',') => Some(self.tuple(value)),
            Some(_) => Some(Literal::Computed),
        }
    }

    /// The rest of a tuple without brackets.
    fn tuple(&mut self, first: Literal) -> Literal {
        let Literal::Text(first) = first else { return Literal::Computed };
        let mut texts = vec![first];
        while self.peek() == Some(',') {
            self.at += 1;
            self.blanks(false);
            match self.peek() {
                None | Some('\n' | '#' | ';') => break,
                Some(_) => match self.value(false) {
                    Some(Literal::Text(text)) => texts.push(text),
                    _ => return Literal::Computed,
                },
            }
            self.blanks(false);
        }
        match self.peek() {
            None | Some('\n' | '#' | ';') => Literal::Texts(texts),
            Some(_) => Literal::Computed,
        }
    }

    fn value(&mut self, lines: bool) -> Option<Literal> {
        match self.peek()? {
            '(' | '[' | '{' => self.list(),
            '"' | '\'' => {
                let mut text = self.string(false)?;
                self.blanks(lines);
                // Strings side by side are one.
                while matches!(self.peek(), Some('"' | '\'')) {
                    text += &self.string(false)?;
                    self.blanks(lines);
                }
                Some(Literal::Text(text))
            }
            c if is_name(c) => match self.name() {
                "None" => Some(Literal::Nothing),
                prefix @ ("r" | "R" | "u" | "U") if self.rest().starts_with(['"', '\'']) => {
                    self.string(prefix.eq_ignore_ascii_case("r")).map(Literal::Text)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn list(&mut self) -> Option<Literal> {
        let is_tuple = self.peek() == Some('(');
        self.at += 1;
        let (mut texts, mut commas) = (Vec::new(), 0);
        loop {
            self.blanks(true);
            match self.peek()? {
                ')' | ']' | '}' => break,
                ',' => {
                    self.at += 1;
                    commas += 1;
                }
                _ => match self.value(true)? {
                    Literal::Text(text) => texts.push(text),
                    Literal::Nothing if is_tuple => {}
                    _ => return None,
                },
            }
        }
        self.at += 1;
        Some(match texts.len() {
            0 => Literal::Nothing,
            // Brackets around an expression are no tuple.
            1 if is_tuple && commas == 0 => Literal::Text(texts.pop()?),
            _ => Literal::Texts(texts),
        })
    }

    /// A string of either quotes, with its escapes.
    fn string(&mut self, is_raw: bool) -> Option<String> {
        let rest = self.rest();
        let quote = rest.chars().next()?;
        let triple: String = [quote; 3].iter().collect();
        let (end, width) = if rest.starts_with(&triple) { (triple, 3) } else { (quote.into(), 1) };
        self.at += width;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(&end) {
                self.at += width;
                return Some(text);
            }
            let next = rest.chars().next()?;
            self.at += next.len_utf8();
            if next == '\\' && !is_raw {
                let escaped = self.peek()?;
                self.at += escaped.len_utf8();
                match escaped {
                    '\n' => {}
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    '\\' | '\'' | '"' => text.push(escaped),
                    // No id has another one.
                    _ => text.extend(['\\', escaped]),
                }
            } else if next == '\n' && width == 1 {
                return None;
            } else {
                text.push(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let found = assigned(text, ["revision", "down_revision"]);
        let value = |assigned: Option<Assigned>| {
            assigned.map_or("-".to_owned(), |it| format!("{:?}", it.value))
        };
        found.into_iter().map(value).collect()
    }

    #[test]
    fn literals() {
        for (text, revision, down) in [
            ("revision = 'a'\ndown_revision = None\n", "Text(\"a\")", "Nothing"),
            (
                "revision: str = \"a\"\ndown_revision: Union[str, Sequence[str], None] = ('b', \"c\",)",
                "Text(\"a\")",
                "Texts([\"b\", \"c\"])",
            ),
            (
                "revision = u'a' # a\ndown_revision = [\n 'b', # b\n]\n",
                "Text(\"a\")",
                "Texts([\"b\"])",
            ),
            (
                "revision = ('a'\n 'b')\ndown_revision = 'x', 'y'",
                "Text(\"ab\")",
                "Texts([\"x\", \"y\"])",
            ),
            ("revision=r'a'; x = 1\ndown_revision = ()\r\n", "Text(\"a\")", "Nothing"),
            ("revision = f'{a}'\ndown_revision = up(1)", "Computed", "Computed"),
            ("revision = 'a' + b\ndown_revision = ('a', b)", "Computed", "Computed"),
            ("revision == 'a'\ndown_revision: str\n", "-", "-"),
            ("revision = 'a'\nrevision = 'b'\n", "Text(\"b\")", "-"),
            ("revision = 'a", "Computed", "-"),
        ] {
            assert_eq!(values(text), [revision, down], "{text}");
        }
    }

    #[test]
    fn what_is_not_at_the_beginning_of_a_line() {
        for text in [
            "\"\"\"x\nrevision = 'a'\n\"\"\"\n",
            "f(\nrevision = 'a'\n)",
            "def f():\n    revision = 'a'\n",
            "# revision = 'a'\n",
            "x = 'a\\'\\\nrevision = 1'",
            "my_revision = 'a'\nrevision_x = 'b'\nself.revision = 'c'",
        ] {
            assert_eq!(values(text), ["-", "-"], "{text}");
        }
        assert_eq!(values("'''a'''\nrevision = 'a'"), ["Text(\"a\")", "-"]);
    }
}
