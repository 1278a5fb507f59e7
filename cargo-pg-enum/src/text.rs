//! Untrusted text, made safe for a terminal: it cannot end the line, move the cursor or imitate our own text.

use std::fmt::{Display, Write};
use std::path::{MAIN_SEPARATOR, Path};

use unicode_width::UnicodeWidthStr;

/// [`pg_enum_core::visible`] as a string.
pub(crate) fn visible(text: &str) -> String {
    pg_enum_core::visible(text).to_string()
}

/// The same, shortened to a number of characters.
pub(crate) fn brief(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(most).collect();
    let cut = if chars.next().is_some() { "…" } else { "" };
    visible(&head) + cut
}

/// In quotes, so that its end is clear. Quotes and backslashes in it are escaped.
pub(crate) fn quoted(text: &str, quote: char) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for part in text.split_inclusive(['\'', '"', '\\']) {
        match part.char_indices().next_back() {
            Some((at, end @ ('\'' | '"' | '\\'))) => {
                quoted += &visible(&part[..at]);
                if end == quote || end == '\\' {
                    quoted.push('\\');
                }
                quoted.push(end);
            }
            _ => quoted += &visible(part),
        }
    }
    quoted.push(quote);
    quoted
}

/// A label.
pub(crate) fn label(label: &str) -> String {
    quoted(label, '\'')
}

/// A type's name with its schema: `app.mood`, quoted where SQL requires it.
pub(crate) fn type_name(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A name, quoted where SQL requires it.
pub(crate) fn identifier(name: &str) -> String {
    let plain = |c: char| c == '_' || c.is_numeric() || c.is_alphabetic() && !c.is_uppercase();
    let starts = name.starts_with(|c: char| c == '_' || c.is_alphabetic());
    if starts && name.chars().all(plain) && visible(name) == name {
        name.to_owned()
    } else {
        quoted(name, '"')
    }
}

/// The path of an item in Rust, from its package on: `my_crate::module::Status`.
pub(crate) fn rust_path(package: &str, module: &[String], ident: impl Display) -> String {
    let mut path = package.replace('-', "_");
    for part in module {
        path += "::";
        path += part;
    }
    // Writing to a string does not fail.
    let _ = write!(path, "::{ident}");
    path
}

/// A path below a folder, with forward slashes everywhere.
pub(crate) fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(MAIN_SEPARATOR, "/")
}

/// The same JSON, made safe for a terminal: serde escapes only what JSON requires, but not C1 control characters and
/// characters that change the direction of text.
pub(crate) fn printable_json(json: &str) -> String {
    let mut printable = String::with_capacity(json.len());
    for c in json.chars() {
        // `escape_debug` escapes combining characters at the start of a text, so each is tested after another
        // character.
        let unseen = !c.is_ascii() && visible(&format!("a{c}")).len() > 1 + c.len_utf8();
        if unseen || c == '\u{7f}' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(printable, "\\u{unit:04x}");
            }
        } else {
            printable.push(c);
        }
    }
    printable
}

/// The name with the most similar spelling.
pub(crate) fn nearest<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // The cost grows with the product of the lengths, and real names are shorter than this.
    let head = |text: &str| text.chars().take(200).collect::<String>();
    let wanted = head(wanted);
    known.into_iter().min_by_key(|known| strsim::damerau_levenshtein(&head(known), &wanted))
}

/// `1 problem`, `2 problems`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The first `most` of these, and the number of the others: `a, b and 3 more`.
pub(crate) fn list(texts: impl IntoIterator<Item = String>, most: usize) -> String {
    let mut texts = texts.into_iter();
    let shown = texts.by_ref().take(most).collect::<Vec<_>>().join(", ");
    match texts.count() {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The widest cell that sets the width of its column in most tables.
pub(crate) const WIDEST: usize = 60;

/// Lines of cells below one another. A cell that is wider than `widest` does not push the other columns away, the last one
/// has any width, and blanks at the end are left out.
pub(crate) fn aligned<const N: usize>(cells: &[[String; N]], widest: usize) -> Vec<String> {
    let width = |column: usize| {
        let widths = cells.iter().map(|row| row[column].width());
        widths.filter(|width| *width <= widest).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N.saturating_sub(1)).map(width).collect();
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (text, width) in row.iter().zip(widths.iter().map(Some).chain([None])) {
            line += text;
            if let Some(width) = width {
                line += &" ".repeat(width.saturating_sub(text.width()) + 2);
            }
        }
        line.truncate(line.trim_end().len());
        line
    };
    cells.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut() {
        let three = || ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(three(), 3), "a, b, c");
        assert_eq!(list(three(), 2), "a, b and 1 more");
        assert_eq!(list([], 2), "");
    }

    #[test]
    fn a_quoted_text_has_one_reading() {
        assert_eq!(label("it's"), r"'it\'s'");
        assert_eq!(label("\\u{1b}"), r"'\\u{1b}'");
        assert_eq!(label("\u{1b}"), r"'\u{1b}'");
        assert_eq!(label("\"'\\"), r#"'"\'\\'"#);
        assert_eq!(label(""), "''");
    }

    #[test]
    fn a_name_is_quoted_where_it_must_be() {
        assert_eq!(type_name("app", "mood_2"), "app.mood_2");
        assert_eq!(type_name("App", "a.b"), r#""App"."a.b""#);
        assert_eq!(type_name("été", "2x"), r#"été."2x""#);
        assert_eq!(type_name("", "\n\""), r#"""."\n\"""#);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(brief("ééé", 2), "éé…");
        assert_eq!(brief("éé", 2), "éé");
    }
}
