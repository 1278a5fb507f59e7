//! Labels in the definitions that the server prints.
//!
//! The server prints a constant of an enum as `'label'::schema.type`, and a constant array as `'{a,b}'::schema.type[]`
//! (`get_const_expr` in `src/backend/utils/adt/ruleutils.c`). So a label is a string literal that is followed by a cast to
//! the type. Texts in dollar quotes are bodies of functions, which the server does not print but returns as they are.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Literal;

/// What becomes of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays, perhaps under another name.
    Stays(String),
    /// It goes, and this replaces it; `None` is `NULL`.
    Replaced(Option<String>),
    /// It goes, and nothing replaces it.
    Gone,
}

/// A definition in which each label has its new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub(crate) sql: String,
    /// The labels in it that go.
    pub(crate) removed: Vec<String>,
    /// Those of them that nothing replaces.
    pub(crate) gone: Vec<String>,
    /// Labels that change, in other literals, if the definition casts an expression to the type: what the expression makes of
    /// them, as in `(CASE … THEN 'label'::text END)::mood`, is not known.
    pub(crate) unclear: Vec<String>,
}

/// Replaces the labels of the type, whose name is `type_sql`, in a definition, for a statement.
pub(crate) fn rewrite(sql: &str, type_sql: &str, fate: impl Fn(&str) -> Fate) -> Rewritten {
    rewrite_quoted(sql, type_sql, fate, |text| Literal(text).to_string())
}

/// The definition as the server prints it after the change.
pub(crate) fn reprinted(sql: &str, type_sql: &str, fate: impl Fn(&str) -> Fate) -> String {
    rewrite_quoted(sql, type_sql, fate, as_printed).sql
}

/// A literal as the server prints it in a definition, where `standard_conforming_strings` is on: never as `E'…'`
/// (`simple_quote_literal` in `src/backend/utils/adt/ruleutils.c`).
pub(crate) fn as_printed(text: &str) -> String {
    alloc::format!("'{}'", text.replace('\'', "''"))
}

fn rewrite_quoted(
    sql: &str,
    type_sql: &str,
    fate: impl Fn(&str) -> Fate,
    quote: impl Fn(&str) -> String,
) -> Rewritten {
    let (mut removed, mut gone, mut unclear) = (Vec::new(), Vec::new(), Vec::new());
    // Without its literals, so that a cast in it is one of an expression.
    let mut expression = String::new();
    let mut replace = |label: &str| match fate(label) {
        Fate::Stays(label) => Some(label),
        Fate::Replaced(replacement) => {
            removed.push(label.to_owned());
            replacement
        }
        Fate::Gone => {
            removed.push(label.to_owned());
            gone.push(label.to_owned());
            Some(label.to_owned())
        }
    };
    let mut written = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '$']) {
        let (before, after) = rest.split_at(at);
        let length = match after.as_bytes()[0] {
            b'"' => quoted(after, false),
            b'$' => dollar_quoted(before, after),
            _ => {
                let escapes = before.ends_with('E') && !ends_in_name(&before[..before.len() - 1]);
                let length = quoted(after, escapes);
                if let Some((is_array, cast)) = cast_to(&after[length..], type_sql) {
                    let value = value(&after[..length], escapes);
                    let start = if escapes { &before[..before.len() - 1] } else { before };
                    written.push_str(start);
                    if is_array {
                        let array = elements_replaced(&value, &mut replace);
                        written.push_str(&quote(&array));
                    } else {
                        match replace(&value) {
                            Some(label) => written.push_str(&quote(&label)),
                            None => written.push_str("NULL"),
                        }
                    }
                    written.push_str(&after[length..length + cast]);
                    rest = &after[length + cast..];
                    expression.push_str(before);
                    continue;
                }
                for label in texts(&value(&after[..length], escapes)) {
                    if fate(&label) != Fate::Stays(label.clone()) {
                        unclear.push(label);
                    }
                }
                length
            }
        };
        written.push_str(before);
        written.push_str(&after[..length]);
        expression.push_str(before);
        if after.starts_with('"') {
            expression.push_str(&after[..length]);
        }
        rest = &after[length..];
    }
    written.push_str(rest);
    expression.push_str(rest);
    // A null, and an array of nothing, are no text.
    let converts = |(at, _): (usize, _)| {
        !["NULL", "ARRAY[]"].iter().any(|it| expression[..at].ends_with(it))
            && cast_to(&expression[at..], type_sql).is_some()
    };
    if !expression.match_indices("::").any(converts) {
        unclear.clear();
    }
    Rewritten { sql: written, removed, gone, unclear }
}

/// What a literal may be as text of the type: itself, or the elements of an array.
fn texts(literal: &str) -> Vec<String> {
    let mut texts = Vec::from([literal.to_owned()]);
    if literal.contains('{') {
        elements_replaced(literal, &mut |element: &str| {
            texts.push(element.to_owned());
            None
        });
    }
    texts
}

/// The first of these labels that a statement of a migration may have in a literal. Nothing says of which type a literal is, and
/// comments, tags and escapes can hide one, so each place that could be the label counts.
pub(crate) fn label_in<'a>(sql: &str, labels: &[&'a str]) -> Option<&'a str> {
    let may_be_escaped = sql.contains('\\') || sql.contains("U&") || sql.contains("u&");
    let is_apart = |at: usize, length: usize| {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        !sql[..at].ends_with(is_word) && !sql[at + length..].starts_with(is_word)
    };
    let has = |label: &str| {
        let (in_quotes, in_array) = (label.replace('\'', "''"), label.replace('"', "\\\""));
        let forms = [label, &in_quotes, &in_array];
        if label.is_empty() {
            return sql.contains("''") || sql.contains("$$");
        }
        forms.iter().any(|form| sql.match_indices(form).any(|(at, _)| is_apart(at, form.len())))
    };
    labels.iter().copied().find(|label| may_be_escaped || has(label))
}

/// The length of a text in quotes, with its quotes; of the whole rest, if the closing one is missing.
pub(crate) fn quoted(text: &str, escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            byte if byte == quote => match bytes.get(at + 1) {
                Some(next) if *next == quote => at += 2,
                _ => return at + 1,
            },
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of a text in dollar quotes; of the dollar, if it opens none.
fn dollar_quoted(before: &str, text: &str) -> usize {
    let is_tag = |tag: &str| tag.chars().all(|c| c == '_' || c.is_alphanumeric());
    let tag = text[1..].split_once('$').map(|(tag, _)| tag).filter(|tag| is_tag(tag));
    let Some(tag) = tag.filter(|_| !ends_in_name(before)) else { return 1 };
    let length = tag.len() + 2;
    let (open, body) = text.split_at(length);
    body.find(open).map_or(text.len(), |end| length + end + length)
}

fn ends_in_name(text: &str) -> bool {
    text.ends_with(|c: char| c == '_' || c == '$' || c.is_alphanumeric())
}

/// Whether the text begins with a cast to the type or to its array type, and the length of the cast.
fn cast_to(text: &str, type_sql: &str) -> Option<(bool, usize)> {
    let after = text.strip_prefix("::")?.strip_prefix(type_sql)?;
    let length = 2 + type_sql.len();
    match after.strip_prefix("[]") {
        Some(_) => Some((true, length + 2)),
        None if after
            .starts_with(|c: char| c == '_' || c == '$' || c == '.' || c.is_alphanumeric()) =>
        {
            None
        }
        None => Some((false, length)),
    }
}

/// What is between quotes, of which the last may be missing.
fn inside(quoted: &str, quote: char) -> &str {
    let inner = quoted.strip_prefix(quote).unwrap_or(quoted);
    inner.strip_suffix(quote).unwrap_or(inner)
}

/// The value of a literal.
fn value(literal: &str, escapes: bool) -> String {
    let inner = inside(literal, '\'');
    let plain = inner.replace("''", "'");
    // The server escapes nothing but the backslash.
    if escapes { plain.replace(r"\\", r"\") } else { plain }
}

/// An array in its text form (PostgreSQL manual, 8.15.6), with its elements replaced: its dimensions, its bounds and its
/// nulls stay.
fn elements_replaced(array: &str, replace: &mut impl FnMut(&str) -> Option<String>) -> String {
    let mut written = String::with_capacity(array.len());
    // The bounds, as in `[2:3]={a,b}`, have no braces.
    let (bounds, mut rest) = array.split_at(array.find('{').unwrap_or(array.len()));
    written.push_str(bounds);
    while let Some(first) = rest.chars().next() {
        let (label, length) = match first {
            '{' | '}' | ',' => {
                written.push(first);
                rest = &rest[1..];
                continue;
            }
            '"' => {
                let length = quoted(rest, true);
                (Some(unescaped(inside(&rest[..length], '"'))), length)
            }
            _ => {
                let length = rest.find([',', '}']).unwrap_or(rest.len());
                let text = &rest[..length];
                ((text != "NULL").then(|| text.to_owned()), length)
            }
        };
        match label.and_then(|label| replace(&label)) {
            Some(label) if is_plain(&label) => written.push_str(&label),
            Some(label) => {
                written.push('"');
                for c in label.chars() {
                    if matches!(c, '"' | '\\') {
                        written.push('\\');
                    }
                    written.push(c);
                }
                written.push('"');
            }
            None => written.push_str("NULL"),
        }
        rest = &rest[length..];
    }
    written
}

/// Whether the text of an array, whose elements must be among these labels, is as the server prints it (`array_out`).
pub(crate) fn is_as_printed(array: &str, labels: &[String]) -> bool {
    let mut are_known = array.starts_with(['{', '[']);
    let mut look = |label: &str| {
        are_known &= labels.iter().any(|there| there == label);
        Some(label.to_owned())
    };
    elements_replaced(array, &mut look) == array && are_known
}

/// Whether the server prints an element without quotes (`array_out`).
fn is_plain(label: &str) -> bool {
    let is_special = |c| matches!(c, '"' | '\\' | '{' | '}' | ',' | ' ' | '\t'..='\r');
    !label.is_empty() && !label.eq_ignore_ascii_case("NULL") && !label.contains(is_special)
}

/// The text without the backslashes before its characters.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Fate, rewrite};
    use std::string::String;
    use std::vec::Vec;

    fn fate(label: &str) -> Fate {
        match label {
            "old" => Fate::Stays("it's".into()),
            "x" => Fate::Replaced(Some("a".into())),
            "n" => Fate::Replaced(None),
            "g" => Fate::Gone,
            other => Fate::Stays(other.into()),
        }
    }

    fn written(sql: &str) -> String {
        rewrite(sql, "app.mood", fate).sql
    }

    /// What an expression that is cast to the type makes of a text is not known.
    #[test]
    fn labels_in_texts_that_become_the_type_are_unclear() {
        let unclear = |sql: &str| rewrite(sql, "app.mood", fate).unclear;
        let case = "(CASE WHEN (1 = 1) THEN 'old'::text ELSE 'other'::text END)::app.mood";
        assert_eq!(unclear(case), ["old"]);
        assert_eq!(unclear("(string_to_array('{old}'::text, ','::text))::app.mood[]"), ["old"]);
        assert_eq!(
            unclear("CASE WHEN (1 = 1) THEN 'old'::app.mood ELSE NULL::app.mood END"),
            [""; 0]
        );
        assert_eq!(unclear("CASE WHEN (s = 'old'::text) THEN NULL::app.mood END"), [""; 0]);
        assert_eq!(unclear("COALESCE(ms, ARRAY[]::app.mood[]), s = 'old'::text"), [""; 0]);
        assert_eq!(unclear("((m)::text = 'old'::text)"), [""; 0]);
        assert_eq!(unclear("lower('other'::text)::app.mood"), [""; 0]);
        assert_eq!(unclear("lower('old'::text)::app.moody"), [""; 0]);
        assert_eq!(unclear("AS $$ SELECT lower('old')::app.mood $$"), [""; 0]);
    }

    #[test]
    fn labels_are_replaced_where_they_are_cast_to_the_type() {
        for (sql, expected) in [
            ("(m = 'old'::app.mood)", "(m = 'it''s'::app.mood)"),
            ("'x'::app.mood", "'a'::app.mood"),
            ("'n'::app.mood", "NULL::app.mood"),
            ("'x'::app.mood2 || 'x'::text", "'x'::app.mood2 || 'x'::text"),
            ("'x'::app.mood_old", "'x'::app.mood_old"),
            (r"E'a\\b'::app.mood", r"E'a\\b'::app.mood"),
            (r#""'x'::app.mood" = 'x'::app.mood"#, r#""'x'::app.mood" = 'a'::app.mood"#),
            ("$f$ 'x'::app.mood $f$, 'x'::app.mood", "$f$ 'x'::app.mood $f$, 'a'::app.mood"),
            ("'it''s ''x''::app.mood'::text", "'it''s ''x''::app.mood'::text"),
            ("'{x,NULL,n,old}'::app.mood[]", "'{a,NULL,NULL,it''s}'::app.mood[]"),
            ("'[2:3]={x,b}'::app.mood[]", "'[2:3]={a,b}'::app.mood[]"),
            ("'{{x},{b}}'::app.mood[]", "'{{a},{b}}'::app.mood[]"),
            (r#"'{"a b","x"}'::app.mood[]"#, r#"'{"a b",a}'::app.mood[]"#),
        ] {
            assert_eq!(written(sql), expected);
        }
    }

    #[test]
    fn definitions_are_as_the_server_prints_them() {
        for (sql, expected) in [
            (r"(m = 'a\b'::app.mood)", r"(m = 'a\b'::app.mood)"),
            (r#"'{"a\\b",x}'::app.mood[]"#, r#"'{"a\\b",a}'::app.mood[]"#),
            ("'old'::app.mood", "'it''s'::app.mood"),
        ] {
            assert_eq!(super::reprinted(sql, "app.mood", fate), expected);
        }
        assert_eq!(written(r"'a\b'::app.mood"), r"E'a\\b'::app.mood");
    }

    #[test]
    fn labels_that_go_are_told() {
        let found = rewrite("'{x,g}'::app.mood[], 'b'::app.mood", "app.mood", fate);
        assert_eq!(found.removed, ["x", "g"]);
        assert_eq!(found.gone, ["g"]);
        assert_eq!(rewrite("'b'::app.mood", "app.mood", fate).removed, Vec::<String>::new());
    }

    #[test]
    fn labels_are_found_in_statements() {
        for (sql, expected) in [
            ("m = 'x'", Some("x")),
            ("m = E'x'", Some("x")),
            (r"m = E'\x'", Some("x")),
            ("m = ANY ('{a,x}')", Some("x")),
            ("m = $$x$$::mood", Some("x")),
            ("m = $q$x$q$", Some("x")),
            ("-- don't\nWHERE m = 'x'", Some("x")),
            (r"m = U&'\0078'", Some("x")),
            ("m = 'xx' AND x1 = 2", None),
            ("m = 'it''s'", Some("it's")),
        ] {
            assert_eq!(super::label_in(sql, &["x", "it's"]), expected, "{sql}");
        }
    }

    #[test]
    fn other_texts_do_not_panic() {
        for sql in [
            "'",
            "E'\\",
            "\"",
            "$",
            "$$",
            "'{'::app.mood[]",
            "''::app.mood",
            "é'é",
            "'{\"é'::app.mood[]",
        ] {
            written(sql);
        }
    }
}
