//! Text of others, made fit for a message.

use core::fmt::{self, Write};

/// Writes what has no glyph of its own as an escape (`\n`, `\u{1b}`, `\u{202e}`), and leaves the rest: nothing in it
/// can end the line, move the cursor or turn the direction of text.
///
/// ```
/// use pg_enum_core::visible;
///
/// assert_eq!(visible("it's\u{1b}[31m\n").to_string(), r"it's\u{1b}[31m\n");
/// ```
pub fn visible(text: impl fmt::Display) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(Visible(f), "{text}"))
}

/// Writes so to something else.
struct Visible<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Visible<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // The quotes and the backslash are the three characters which are escaped and have a glyph.
        for part in text.split_inclusive(['\'', '"', '\\']) {
            let (part, end) = match part.char_indices().next_back() {
                Some((at, end @ ('\'' | '"' | '\\'))) => (&part[..at], Some(end)),
                _ => (part, None),
            };
            write!(self.0, "{}", part.escape_debug())?;
            end.map_or(Ok(()), |end| self.0.write_char(end))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::visible;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        let shown = |text: &str| visible(text).to_string();
        assert_eq!(shown("it's \"C:\\a\"\u{1b}[31m\r\n\t"), r#"it's "C:\a"\u{1b}[31m\r\n\t"#);
        assert_eq!(shown("\u{202e}\u{9b}\u{2028}\u{200b}"), r"\u{202e}\u{9b}\u{2028}\u{200b}");
        assert_eq!(shown("né 日本 e\u{301} 🦀"), "né 日本 e\u{301} 🦀");
        assert_eq!(shown(""), "");
    }
}
