//! Untrusted text, made safe for messages.

use core::fmt::{self, Write};

use crate::display::from_fn;

/// Writes each character without a glyph as an escape (`\n`, `\u{1b}`, `\u{202e}`) and leaves the rest as it is. So
/// the text cannot end the line, move the cursor or change the direction of text.
///
/// ```
/// use pg_enum_core::visible;
///
/// assert_eq!(visible("it's\u{1b}[31m\n").to_string(), r"it's\u{1b}[31m\n");
/// ```
pub fn visible(text: impl fmt::Display) -> impl fmt::Display {
    from_fn(move |f| write!(Visible(f), "{text}"))
}

/// Escapes what is written to it.
struct Visible<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Visible<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // `escape_debug` also escapes the two quotes and the backslash, which have a glyph.
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
    fn invisible_characters_are_escaped() {
        let shown = |text: &str| visible(text).to_string();
        assert_eq!(shown("it's \"C:\\a\"\u{1b}[31m\r\n\t"), r#"it's "C:\a"\u{1b}[31m\r\n\t"#);
        assert_eq!(shown("\u{202e}\u{9b}\u{2028}\u{200b}"), r"\u{202e}\u{9b}\u{2028}\u{200b}");
        assert_eq!(shown("né 日本 e\u{301} 🦀"), "né 日本 e\u{301} 🦀");
        assert_eq!(shown(""), "");
    }
}
