//! `was = "old_schema.old_name"` and `from = "schema.table.column"`: the attributes whose text can contain several names.

use alloc::string::String;

use proc_macro2::Span;

use super::{FormerName, Text};
use crate::unquote;

/// A column with its table: `from = "app.orders.status"`.
#[derive(Debug, Clone)]
pub struct ColumnPath {
    /// The schema, if the text names one.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The span of the literal.
    pub span: Span,
}

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

/// Reads a column with its table, optionally with a schema before it; each part as in [`former_name`].
pub(super) fn column_path(text: &Text) -> syn::Result<ColumnPath> {
    let mut parts = alloc::vec::Vec::new();
    let mut rest = Some(&*text.value);
    while let Some(text) = rest {
        let Some((part, after)) = part(text) else { break };
        parts.push(part);
        rest = after;
    }
    let span = text.span;
    match (rest, parts.pop(), parts.pop(), parts.pop(), parts.is_empty()) {
        (None, Some(column), Some(table), schema, true) => {
            Ok(ColumnPath { schema, table, column, span })
        }
        _ => Err(syn::Error::new(
            span,
            alloc::format!("expected `table.column` or `schema.table.column`; {QUOTES}"),
        )),
    }
}

const QUOTES: &str =
    "write a part that contains a dot or a quote in double quotes, with each quote in it doubled";

fn malformed(text: &Text) -> syn::Error {
    syn::Error::new(text.span, alloc::format!("expected `name` or `schema.name`; {QUOTES}"))
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

    use super::{Text, column_path, former_name};

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

    #[test]
    fn the_parts_of_a_column() {
        let read = |text: &str| {
            let path = column_path(&Text { value: text.into(), span: Span::call_site() });
            path.map(|path| (path.schema, path.table, path.column))
                .map_err(|error| error.to_string())
        };
        for (text, schema, table, column) in [
            ("orders.status", None, "orders", "status"),
            ("app.orders.status", Some("app"), "orders", "status"),
            ("\"a.b\".\"Orders\".\"it\"\"s\"", Some("a.b"), "Orders", "it\"s"),
        ] {
            let expected = (schema.map(Into::into), table.into(), column.into());
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        for text in ["status", "", "a.b.c.d", "a.\"b", "a.\"b\"c"] {
            assert!(read(text).unwrap_err().starts_with("expected `table.column` or"), "{text}");
        }
    }
}
