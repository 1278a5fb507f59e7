//! Text as Python has it, as far as it is known.

use std::ops::Range;

use pg_enum_migrations::folder::HOLE;

/// A string. Each [`HOLE`] in it stands for a stretch that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "no other word says what `text` is")]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Where exactly this stands in the revision, if it does.
    pub(crate) place: Option<Range<usize>>,
    /// Whether it is a name that no naming convention changes (`op.f`).
    pub(crate) is_final: bool,
}

impl Text {
    /// Nothing of it is known.
    pub(crate) fn hole() -> Self {
        HOLE.to_string().into()
    }

    pub(crate) fn is_known(&self) -> bool {
        !self.text.contains(HOLE)
    }

    /// The text, if all of it is known.
    pub(crate) fn known(&self) -> Option<&str> {
        self.is_known().then_some(&self.text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, place: None, is_final: false }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// As `repr()` writes a string (`Objects/unicodeobject.c` of `CPython`, `unicode_repr`). Nothing where it would need
/// escapes other than of quotes and backslashes.
pub(crate) fn repr(text: &str) -> Option<String> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::from(quote);
    for c in text.chars() {
        if c == '\\' || c == quote {
            written.push('\\');
        }
        written.push(c);
    }
    written.push(quote);
    Some(written)
}

/// One piece of a text that values are put into.
pub(crate) enum Piece<'t> {
    Literal(&'t str),
    /// What `str.format` or `%` puts a value in place of: its name or number, if it has one.
    Field(&'t str),
    /// One that asks for more than the text of a value.
    Odd,
}

/// The pieces of a text for `str.format` (Python's manual, "Format String Syntax"). Nothing where it is wrong.
pub(crate) fn fields(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, behind) = rest.split_at(at);
        pieces.push(Piece::Literal(before));
        if behind.starts_with("{{") || behind.starts_with("}}") {
            pieces.push(Piece::Literal(&behind[..1]));
            rest = &behind[2..];
            continue;
        }
        let end = behind.find('}').filter(|_| behind.starts_with('{'))?;
        let name = &behind[1..end];
        let is_plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        pieces.push(if is_plain { Piece::Field(name) } else { Piece::Odd });
        rest = &behind[end + 1..];
    }
    pieces.push(Piece::Literal(rest));
    Some(pieces)
}

/// The pieces of a text that stands before `%` (Python's manual, "`printf`-style String Formatting"). Nothing where it
/// is wrong.
pub(crate) fn conversions(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        pieces.push(Piece::Literal(before));
        if let Some(behind) = behind.strip_prefix('%') {
            pieces.push(Piece::Literal("%"));
            rest = behind;
            continue;
        }
        let (name, behind) = match behind.strip_prefix('(') {
            Some(named) => named.split_once(')')?,
            None => ("", behind),
        };
        let kind = behind.find(|c: char| c.is_ascii_alphabetic())?;
        pieces.push(match &behind[..=kind] {
            "s" | "d" | "i" => Piece::Field(name),
            _ => Piece::Odd,
        });
        rest = &behind[kind + 1..];
    }
    pieces.push(Piece::Literal(rest));
    Some(pieces)
}
