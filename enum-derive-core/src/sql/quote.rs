//! Identifiers and literals.

use core::fmt::{self, Write};

use super::keywords::is_keyword;
use crate::display::from_fn;

/// An identifier, quoted if `quote_ident` quotes it in any version of PostgreSQL from 12 to 18: `draft_status`, but
/// `"Draft"` and `"user"`.
///
/// An identifier needs no quotes if it begins with a lowercase ASCII letter or an underscore, contains only these and
/// digits, and is not a key word (PostgreSQL manual, 4.1.1 and appendix C).
///
/// ```
/// use pg_enum_core::Ident;
///
/// assert_eq!(Ident("draft_status").to_string(), "draft_status");
/// assert_eq!(Ident("user").to_string(), r#""user""#);
/// assert_eq!(Ident(r#"odd"name"#).to_string(), r#""odd""name""#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Ident<'a>(pub &'a str);

/// A string literal with the same meaning for any `standard_conforming_strings`: `'it''s'`, or `E'back\\slash'` if it
/// contains a backslash (PostgreSQL manual, 4.1.2).
///
/// ```
/// use pg_enum_core::Literal;
///
/// assert_eq!(Literal("it's").to_string(), "'it''s'");
/// assert_eq!(Literal(r"C:\").to_string(), r"E'C:\\'");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Literal<'a>(pub &'a str);

/// An [`Ident`] without invisible characters, for SQL in messages: a character without a glyph becomes an SQL escape,
/// as in `U&"a\200db"`. A terminal shows the escape, and the SQL means the same (PostgreSQL manual, 4.1.1).
///
/// In PostgreSQL 12, non-ASCII escapes require a server with UTF-8 encoding.
///
/// ```
/// use pg_enum_core::VisibleIdent;
///
/// assert_eq!(VisibleIdent("mood").to_string(), "mood");
/// assert_eq!(VisibleIdent("naïve").to_string(), r#""naïve""#);
/// assert_eq!(VisibleIdent("a\u{200d}b").to_string(), r#"U&"a\200db""#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct VisibleIdent<'a>(pub &'a str);

/// A [`Literal`] without invisible characters: `E'a\u200db'` (PostgreSQL manual, 4.1.2.2). Unlike `U&'…'`, it has the
/// same meaning for any `standard_conforming_strings`.
///
/// ```
/// use pg_enum_core::VisibleLiteral;
///
/// assert_eq!(VisibleLiteral("it's naïve").to_string(), "'it''s naïve'");
/// assert_eq!(VisibleLiteral("10\u{a0}kg\n").to_string(), r"E'10\u00a0kg\n'");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct VisibleLiteral<'a>(pub &'a str);

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) { f.write_str(self.0) } else { quoted(f, self.0, '"', "\"") }
    }
}

/// Whether an identifier means the same without quotes, in every version.
fn is_plain(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let goes_on = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    starts && name.chars().all(goes_on) && !is_keyword(name)
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", literal_of(self.0))
    }
}

impl fmt::Display for VisibleIdent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if all_seen(self.0) {
            return write!(f, "{}", Ident(self.0));
        }
        f.write_str("U&\"")?;
        each(self.0, |c, is_seen| match c {
            '"' => f.write_str("\"\""),
            '\\' => f.write_str(r"\\"),
            c if is_seen => f.write_char(c),
            c => match u32::from(c) {
                code @ ..=0xffff => write!(f, r"\{code:04x}"),
                code => write!(f, r"\+{code:06x}"),
            },
        })?;
        f.write_char('"')
    }
}

impl fmt::Display for VisibleLiteral<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if all_seen(self.0) {
            return write!(f, "{}", Literal(self.0));
        }
        f.write_str("E'")?;
        each(self.0, |c, is_seen| match c {
            '\'' => f.write_str("''"),
            '\\' => f.write_str(r"\\"),
            c if is_seen => f.write_char(c),
            '\n' => f.write_str(r"\n"),
            '\r' => f.write_str(r"\r"),
            '\t' => f.write_str(r"\t"),
            c => match u32::from(c) {
                code @ ..=0xffff => write!(f, r"\u{code:04x}"),
                code => write!(f, r"\U{code:08x}"),
            },
        })?;
        f.write_char('\'')
    }
}

fn all_seen(text: &str) -> bool {
    let is_seen = |_, is_seen| if is_seen { Ok(()) } else { Err(fmt::Error) };
    each(text, is_seen).is_ok()
}

/// Calls `tell` with each character and whether it is visible. A combining mark is visible if there is a character
/// before it that can carry it.
fn each(text: &str, mut tell: impl FnMut(char, bool) -> fmt::Result) -> fmt::Result {
    let mut carries_marks = false;
    for c in text.chars() {
        let has_glyph = matches!(c, '\'' | '"' | '\\');
        let is_seen = has_glyph || c.escape_debug().eq([c]) || carries_marks && combines(c);
        tell(c, is_seen)?;
        carries_marks = is_seen && !has_glyph;
    }
    Ok(())
}

/// Whether a character combines with the one before it: `str::escape_debug` escapes such a character only at the
/// start of a text.
fn combines(c: char) -> bool {
    let mut bytes = [b'a'; 5];
    let length = 1 + c.encode_utf8(&mut bytes[1..]).len();
    core::str::from_utf8(&bytes[..length]).is_ok_and(|both| both.escape_debug().eq(['a', c]))
}

/// A name in SQL, as the server writes it, with every quoted part as a [`VisibleIdent`].
#[cfg(feature = "drift")]
pub(crate) fn visible_names(sql: &str) -> alloc::string::String {
    let mut visible = alloc::string::String::new();
    let mut rest = sql;
    while let Some((before, quoted)) = rest.split_once('"') {
        let Some((name, after)) = unquote(quoted) else { break };
        // Writing to a string does not fail.
        let _ = write!(visible, "{before}{}", VisibleIdent(&name));
        rest = after;
    }
    visible + rest
}

/// The reverse: reads a quoted identifier after its opening quote, and returns the name and the rest of the text.
/// `None` if the closing quote is missing.
///
/// ```
/// use pg_enum_core::unquote;
///
/// assert_eq!(unquote(r#"odd""name".x"#), Some((r#"odd"name"#.to_owned(), ".x")));
/// assert_eq!(unquote("endless"), None);
/// ```
#[cfg(any(feature = "parse", feature = "record"))]
#[must_use]
pub fn unquote(mut rest: &str) -> Option<(alloc::string::String, &str)> {
    let mut name = alloc::string::String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}

/// The identifier that this is as SQL.
#[cfg(feature = "drift")]
pub(crate) fn unquoted(sql: &str) -> alloc::string::String {
    match sql.strip_prefix('"').and_then(unquote) {
        Some((name, "")) => name,
        _ => sql.into(),
    }
}

/// An identifier, always quoted: `"plain"`.
#[derive(Clone, Copy)]
pub(crate) struct QuotedIdent<'a>(pub(crate) &'a str);

impl fmt::Display for QuotedIdent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted(f, self.0, '"', "\"")
    }
}

/// An identifier in printable ASCII, always quoted: `"plain"`, or `U&"\+0000e9tat"` if necessary (PostgreSQL manual,
/// 4.1.1).
#[derive(Clone, Copy)]
pub(crate) struct AsciiIdent<'a>(pub(crate) &'a str);

impl fmt::Display for AsciiIdent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_printable = |c| matches!(c, ' '..='~');
        if self.0.chars().all(is_printable) {
            return quoted(f, self.0, '"', "\"");
        }
        f.write_str("U&\"")?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\"\"")?,
                '\\' => f.write_str(r"\\")?,
                c if is_printable(c) => f.write_char(c)?,
                c => write!(f, r"\+{:06x}", u32::from(c))?,
            }
        }
        f.write_char('"')
    }
}

/// `text` between `quote`s, every character of `twice` written twice.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char, twice: &str) -> fmt::Result {
    f.write_char(quote)?;
    doubled(f, text, twice)?;
    f.write_char(quote)
}

/// `text`, every character of `twice` written twice.
fn doubled(f: &mut fmt::Formatter<'_>, text: &str, twice: &str) -> fmt::Result {
    for piece in text.split_inclusive(|c| twice.contains(c)) {
        f.write_str(piece)?;
        if let Some(last) = piece.chars().next_back().filter(|&c| twice.contains(c)) {
            f.write_char(last)?;
        }
    }
    Ok(())
}

/// One literal with many texts, with `separator` between them.
#[cfg(feature = "drift")]
pub(crate) fn joined(texts: &[&str], separator: char) -> impl fmt::Display {
    literal_of(from_fn(move |f| {
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                f.write_char(separator)?;
            }
            f.write_str(text)?;
        }
        Ok(())
    }))
}

/// An array with one element, as a literal: `'{"it''s"}'` (manual, 8.15.2).
#[cfg(feature = "drift")]
pub(crate) fn array_of_one(element: &str) -> impl fmt::Display {
    literal_of(from_fn(move |f| {
        f.write_str("{\"")?;
        for c in element.chars() {
            if matches!(c, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_str("\"}")
    }))
}

/// A literal with the displayed text.
pub(crate) fn literal_of(text: impl fmt::Display) -> impl fmt::Display {
    from_fn(move |f| {
        let mut escapes = HasBackslash(false);
        write!(escapes, "{text}")?;
        f.write_str(if escapes.0 { "E'" } else { "'" })?;
        let twice = if escapes.0 { "'\\" } else { "'" };
        write!(Doubling(f, twice), "{text}")?;
        f.write_char('\'')
    })
}

/// Notes whether the text contains a backslash.
struct HasBackslash(bool);

impl Write for HasBackslash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 |= text.contains('\\');
        Ok(())
    }
}

/// Writes text, with some characters doubled.
pub(super) struct Doubling<'a, 'b>(pub(super) &'a mut fmt::Formatter<'b>, pub(super) &'static str);

impl Write for Doubling<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        doubled(self.0, text, self.1)
    }
}

/// A comma-separated list of literals.
pub(crate) fn literals(labels: &[&str]) -> impl fmt::Display {
    list(labels, Literal, ", ")
}

/// The same, without invisible characters.
#[cfg(feature = "drift")]
pub(crate) fn visible_literals(labels: &[&str]) -> impl fmt::Display {
    list(labels, VisibleLiteral, ", ")
}

fn list<'a, L: fmt::Display + 'a>(
    labels: &'a [&'a str],
    literal: fn(&'a str) -> L,
    separator: &'a str,
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        for (index, label) in labels.iter().enumerate() {
            if index > 0 {
                f.write_str(separator)?;
            }
            write!(f, "{}", literal(label))?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::{AsciiIdent, Ident, Literal, VisibleIdent, VisibleLiteral, literals};

    #[test]
    fn identifiers_are_quoted_where_they_have_to_be() {
        for plain in ["a", "_", "draft_status", "a1", "_1", "name", "type", "double", "public"] {
            assert_eq!(Ident(plain).to_string(), plain);
        }
        for odd in
            ["Order", "1a", "a-b", "a b", "a.b", "a$", "été", "user", "int", "left", "json_table"]
        {
            assert_eq!(Ident(odd).to_string(), std::format!("\"{odd}\""));
        }
    }

    #[test]
    fn identifiers_double_their_quotes_and_nothing_else() {
        assert_eq!(Ident("").to_string(), r#""""#);
        assert_eq!(Ident("Order").to_string(), r#""Order""#);
        assert_eq!(Ident(r#"""a""#).to_string(), r#""""""a""""#);
        assert_eq!(Ident(r"a\'b.c").to_string(), r#""a\'b.c""#);
    }

    #[test]
    fn identifiers_can_be_spelled_in_ascii() {
        for (name, sql) in [
            ("plain ~", r#""plain ~""#),
            (r#"\""#, r#""\""""#),
            ("café", r#"U&"caf\+0000e9""#),
            (r#"ß\"ß"#, r#"U&"\+0000df\\""\+0000df""#),
            ("日🐘", r#"U&"\+0065e5\+01f418""#),
            ("\u{1}\u{7f}\n", r#"U&"\+000001\+00007f\+00000a""#),
        ] {
            assert_eq!(AsciiIdent(name).to_string(), sql);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_an_escape_of_sql() {
        for (text, literal, identifier) in [
            ("sad", "'sad'", "sad"),
            ("naïve 日本 🦀", "'naïve 日本 🦀'", r#""naïve 日本 🦀""#),
            ("e\u{301}", "'e\u{301}'", "\"e\u{301}\""),
            ("\u{301}", r"E'\u0301'", r#"U&"\0301""#),
            ("'\u{301}\u{301}", r"E'''\u0301\u0301'", r#"U&"'\0301\0301""#),
            ("a\u{200d}\u{301}", r"E'a\u200d\u0301'", r#"U&"a\200d\0301""#),
            ("👨\u{200d}👩", r"E'👨\u200d👩'", r#"U&"👨\200d👩""#),
            ("a\\\"'\n\t\u{7f}", r#"E'a\\"''\n\t\u007f'"#, r#"U&"a\\""'\000a\0009\007f""#),
            (
                "\u{202e}\u{feff}\u{e0001}",
                r"E'\u202e\ufeff\U000e0001'",
                r#"U&"\202e\feff\+0e0001""#,
            ),
            ("10\u{a0}kg", r"E'10\u00a0kg'", r#"U&"10\00a0kg""#),
            (r"C:\u0041", r"E'C:\\u0041'", r#""C:\u0041""#),
            ("", "''", r#""""#),
        ] {
            assert_eq!(VisibleLiteral(text).to_string(), literal);
            assert_eq!(VisibleIdent(text).to_string(), identifier);
        }
    }

    #[test]
    #[cfg(feature = "drift")]
    fn names_that_the_server_has_quoted_can_be_seen() {
        assert_eq!(super::visible_names("app.\"a\u{200d}\"\"b\".c"), r#"app.U&"a\200d""b".c"#);
        assert_eq!(super::visible_names("app.\"Plain\""), "app.\"Plain\"");
    }

    #[test]
    fn literals_escape_quotes_and_backslashes() {
        assert_eq!(Literal("").to_string(), "''");
        assert_eq!(Literal("''").to_string(), "''''''");
        assert_eq!(Literal("a\nb$$").to_string(), "'a\nb$$'");
        assert_eq!(Literal(r"\'").to_string(), r"E'\\'''");
        assert_eq!(Literal("naïve — 😀").to_string(), "'naïve — 😀'");
    }

    #[test]
    #[cfg(feature = "drift")]
    fn many_texts_are_one_literal() {
        assert_eq!(super::joined(&[], ';').to_string(), "''");
        assert_eq!(super::joined(&["a", "it's"], ';').to_string(), "'a;it''s'");
        assert_eq!(super::joined(&["a'", r"b\"], ';').to_string(), r"E'a'';b\\'");
    }

    #[test]
    fn lists_are_separated_by_commas() {
        assert_eq!(literals(&[]).to_string(), "");
        assert_eq!(literals(&["a"]).to_string(), "'a'");
        assert_eq!(literals(&["a", r"b\"]).to_string(), r"'a', E'b\\'");
    }
}
