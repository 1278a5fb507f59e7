//! Arrays of `text` as the server prints them.

use alloc::string::String;
use alloc::vec::Vec;

/// The elements of a one-dimensional array in its text form (PostgreSQL manual, 8.15.6); `None` if it is not one.
///
/// An element that contains a brace, a comma, a quote, a backslash or white space, and one that is empty or `NULL`,
/// is quoted, and a quote or a backslash in it has a backslash before it.
pub(crate) fn elements(text: &str) -> Option<Vec<Option<String>>> {
    let mut rest = text.strip_prefix('{')?;
    let mut elements = Vec::new();
    if rest == "}" {
        return Some(elements);
    }
    loop {
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (element, after) = unquoted(quoted)?;
                (Some(element), after)
            }
            None => {
                let (element, after) = rest.split_at(rest.find([',', '}'])?);
                ((element != "NULL").then(|| element.into()), after)
            }
        };
        elements.push(element);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (after == "}").then_some(elements),
        }
    }
}

/// The elements of an array without nulls; none for null.
#[cfg(feature = "drift")]
pub(crate) fn texts(array: Option<String>) -> Option<Vec<String>> {
    match array {
        Some(array) => elements(&array)?.into_iter().collect(),
        None => Some(Vec::new()),
    }
}

/// The text up to the closing quote, and what follows the quote.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut rest = text;
    loop {
        let (plain, after) = rest.split_at(rest.find(['"', '\\'])?);
        element.push_str(plain);
        match after.strip_prefix('"') {
            Some(after) => return Some((element, after)),
            None => {
                let escaped = after[1..].chars().next()?;
                element.push(escaped);
                rest = &after[1 + escaped.len_utf8()..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::elements;

    #[test]
    fn elements_are_read_as_the_server_prints_them() {
        let cases: [(&str, &[Option<&str>]); 7] = [
            ("{}", &[]),
            ("{a}", &[Some("a")]),
            ("{a,NULL,b}", &[Some("a"), None, Some("b")]),
            (r#"{"",NULL,"NULL"}"#, &[Some(""), None, Some("NULL")]),
            (r#"{"a,b","{}","a b"}"#, &[Some("a,b"), Some("{}"), Some("a b")]),
            (r#"{"\"","\\","é\\é"}"#, &[Some("\""), Some("\\"), Some("é\\é")]),
            (r#"{"{\"=a,b\",=c}"}"#, &[Some(r#"{"=a,b",=c}"#)]),
        ];
        for (text, expected) in cases {
            let found = elements(text).unwrap_or_default();
            let found: Vec<_> = found.iter().map(Option::as_deref).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_arrays() {
        for text in
            ["", "{", "a", "{a", "{a,", r#"{"a"#, r#"{"a"b}"#, r#"{"a\"#, "{a}b", "[0:0]={a}"]
        {
            assert_eq!(elements(text), None, "{text}");
        }
    }
}
