//! `was = "old_schema.old_name"`: the only attribute whose text can contain two names.

use alloc::string::String;

use super::{FormerName, Text};
use crate::unquote;

/// Reads a name, optionally with a schema before it.
///
/// Each part is taken literally, as in `name` and `schema`: nothing is folded to lower case. In double quotes, a part
/// may contain dots, and quotes written twice, as in SQL (`PostgreSQL` manual, 4.1.1).
pub(super) fn former_name(text: &Text) -> syn::Result<FormerName> {
    let span = text.span;
    let Some((first, rest)) = part(&text.value) else { return Err(malformed(text)) };
    match rest.map(part) {
        None => Ok(FormerName { schema: None, name: first, span }),
        Some(Some((name, None))) => Ok(FormerName { schema: Some(first), name, span }),
        Some(_) => Err(malformed(text)),
    }
}

fn malformed(text: &Text) -> syn::Error {
    syn::Error::new(
        text.span,
        "expected `name` or `schema.name`; write a part that contains a dot or a quote in double \
         quotes, with each quote in it doubled",
    )
}

/// The part at the start of a text, and the text after the next dot, if there is one. `None` if the text is
/// malformed.
fn part(text: &str) -> Option<(String, Option<&str>)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (part, rest) = match text.split_once('.') {
            Some((part, rest)) => (part, Some(rest)),
            None => (text, None),
        };
        return (!part.contains('"')).then(|| (part.into(), rest));
    };
    match unquote(quoted)? {
        (part, "") => Some((part, None)),
        (part, after) => Some((part, Some(after.strip_prefix('.')?))),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use proc_macro2::Span;

    use super::{Text, former_name};

    fn read(text: &str) -> Result<(Option<String>, String), String> {
        former_name(&Text { value: text.into(), span: Span::call_site() })
            .map(|was| (was.schema, was.name))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn parts_are_taken_literally() {
        for (text, schema, name) in [
            ("mood", None, "mood"),
            ("app.Mood", Some("app"), "Mood"),
            (" it's a mood ", None, " it's a mood "),
            ("\"app\".\"mood\"", Some("app"), "mood"),
            ("\"a.b\".mood", Some("a.b"), "mood"),
            ("app.\"m\"\"oo.d\"", Some("app"), "m\"oo.d"),
            ("\"\"\"\"", None, "\""),
            // `Definition::violations` refuses these.
            ("", None, ""),
            ("\"\"", None, ""),
            (".mood", Some(""), "mood"),
            ("app.", Some("app"), ""),
        ] {
            assert_eq!(read(text), Ok((schema.map(Into::into), name.into())), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["a.b.c", "a\"b", "\"a", "\"a\"b", "\"a\"b.c", "a.\"b", "a.\"b\".c", "..", "\"\"\""]
        {
            assert!(read(text).unwrap_err().starts_with("expected `name` or"), "{text}");
        }
    }
}
