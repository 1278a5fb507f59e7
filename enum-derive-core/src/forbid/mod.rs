//! What a `CHECK` forbids.
//!
//! A label is forbidden in a column if the expression is certainly false for a row that holds it, whatever else is in the
//! row. So any spelling counts: `m <> 'x'`, `m IN ('a', 'b')`, `NOT ('x' = ANY (m))`, or a part of a longer condition.
//! The same function reads what a migration says and what the server prints (`pg_get_expr`).

mod parse;
pub(crate) mod tokens;

use alloc::string::String;
use alloc::vec::Vec;

use crate::array::elements;

/// Whether the expression of a `CHECK` is certainly false for a row whose column holds this label; if `is_array`, for an
/// array with the label in it.
///
/// An expression that is not understood forbids nothing. Operators are taken to be the built-in ones, and a cast to
/// keep the label.
///
/// ```
/// use pg_enum_core::forbids;
///
/// assert!(forbids("status <> 'x'", "status", "x", false));
/// assert!(forbids("(status = ANY (ARRAY['a'::app.mood, 'b'::app.mood]))", "status", "x", false));
/// assert!(forbids("'x' <> ALL (tags)", "tags", "x", true));
/// assert!(!forbids("status <> 'x' OR is_old", "status", "x", false));
/// ```
#[must_use]
pub fn forbids(expression: &str, column: &str, label: &str, is_array: bool) -> bool {
    let held = Held { column, label, is_array };
    let value = tokens::tokens(expression).and_then(|tokens| parse::value(&tokens, held));
    value.is_some_and(|value| value.truth() == Some(false))
}

/// The labels in a constant: that of a default, or those of an array; `None` if the expression is no constant.
pub(crate) fn constants(expression: &str, is_array: bool) -> Option<Vec<String>> {
    let nowhere = Held { column: "", label: "", is_array };
    let labels = match parse::value(&tokens::tokens(expression)?, nowhere)? {
        Value::Text(text) if is_array => elements(&text)?,
        Value::Text(text) => [Some(text)].into(),
        Value::List(list) => list,
        _ => return None,
    };
    Some(labels.into_iter().flatten().collect())
}

/// A label in a column of the row for which an expression is computed.
#[derive(Clone, Copy)]
struct Held<'a> {
    column: &'a str,
    label: &'a str,
    is_array: bool,
}

/// What is known of the value of an expression.
#[derive(Clone)]
enum Value {
    /// The value of the column.
    Column,
    Text(String),
    /// A constant array; `None` is `NULL`.
    List(Vec<Option<String>>),
    Truth(bool),
    Unknown,
}

impl Value {
    fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    fn of_truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Truth)
    }

    fn not(&self) -> Self {
        Self::of_truth(self.truth().map(|truth| !truth))
    }

    fn and(&self, other: &Self) -> Self {
        Self::of_truth(match (self.truth(), other.truth()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        })
    }

    fn or(&self, other: &Self) -> Self {
        self.not().and(&other.not()).not()
    }
}

impl Held<'_> {
    /// `left operator right`
    fn compare(self, operator: &str, left: &Value, right: &Value) -> Value {
        let is_label = |text: &str| text == self.label;
        Value::of_truth(match (operator, left, right) {
            ("=", Value::Column, Value::Text(text)) | ("=", Value::Text(text), Value::Column)
                if !self.is_array =>
            {
                Some(is_label(text))
            }
            ("<>" | "!=", ..) => return self.compare("=", left, right).not(),
            ("&&", Value::Column, Value::List(list)) | ("&&", Value::List(list), Value::Column)
                if self.has(list) =>
            {
                Some(true)
            }
            ("<@", Value::Column, Value::List(list)) | ("@>", Value::List(list), Value::Column)
                if self.is_array && !self.has(list) =>
            {
                Some(false)
            }
            ("@>", Value::Column, Value::List(list)) | ("<@", Value::List(list), Value::Column)
                if list.iter().all(|text| text.as_deref().is_some_and(is_label)) =>
            {
                Some(true)
            }
            _ => None,
        })
    }

    /// `left = ANY (right)`
    fn is_any(self, left: &Value, right: &Value) -> Value {
        Value::of_truth(match (left, right) {
            (Value::Column, Value::List(list)) if !self.is_array => {
                let has_null = list.iter().any(Option::is_none);
                if self.has(list) { Some(true) } else { (!has_null).then_some(false) }
            }
            (Value::Text(text), Value::Column) if self.is_array && text == self.label => Some(true),
            _ => None,
        })
    }

    fn has(self, list: &[Option<String>]) -> bool {
        list.iter().any(|text| text.as_deref() == Some(self.label))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{constants, forbids};

    fn scalar(expression: &str) -> bool {
        forbids(expression, "m", "x", false)
    }

    fn array(expression: &str) -> bool {
        forbids(expression, "m", "x", true)
    }

    #[test]
    fn a_scalar() {
        for expression in [
            "m <> 'x'",
            "((m <> 'x'::app.mood))",
            "m != 'x' -- for good",
            "'x' <> m",
            "t.m OPERATOR(pg_catalog.<>) E'x'",
            "\"m\"::text <> 'x'::character varying(20)",
            "NOT m = 'x'",
            "not (M = 'x')",
            "m NOT IN ('y', 'x')",
            "m IN ('a', 'b')",
            "(m = ANY (ARRAY['a'::mood, 'b'::mood]))",
            "m <> ALL ('{x,y}'::mood[])",
            "NOT (m = SOME ('{x,y}'))",
            "id > 0 AND m <> 'x'",
            "(CASE_ID IS NULL OR lower(name) = 'a') AND m <> 'x'",
            "m IS DISTINCT FROM 'x'",
            "NOT (m IS NOT DISTINCT FROM 'x')",
            "m IS NULL OR m <> 'x'",
            "m IS NULL",
            "(m <> 'x') IS TRUE",
            "m = 'a' OR m = 'b'",
            "((m)::app.mood <> 'x'::app.mood)",
            "CAST(m AS text) <> 'x'",
            "false",
        ] {
            assert!(scalar(expression), "{expression}");
        }
    }

    #[test]
    fn what_is_not_certain_forbids_nothing() {
        for expression in [
            "m <> 'y'",
            "n <> 'x'",
            "m <> 'x' OR old",
            "m > 'x'",
            "m OPERATOR(evil.<>) 'x'",
            "f(m) <> 'x'",
            "m IN ('a', 'x')",
            "m IN ('a', NULL)",
            "m <> ALL (ms)",
            "CASE WHEN m = 'x' THEN false ELSE true END",
            "m <> U&'x'",
            "m <> $$x$$",
            "m <> 'x",
            "m <> 'x' 'y'",
            "(m <> 'x'",
            "m <> 'x')",
            "m <> 'X'",
            "\"M\" <> 'x'",
            "",
            "NULL",
            "NOT NULL",
        ] {
            assert!(!scalar(expression), "{expression}");
        }
        assert!(!scalar(&"(".repeat(100_000)));
        assert!(!scalar(&"NOT ".repeat(100_000)));
    }

    #[test]
    fn an_array() {
        for expression in [
            "'x' <> ALL (m)",
            "('x'::app.mood OPERATOR(pg_catalog.<>) ALL (m))",
            "NOT 'x' = ANY (m)",
            "NOT (m && ARRAY['x'::mood, 'y'::mood])",
            "NOT (m @> '{x}')",
            "m <@ ARRAY['a', 'b']::mood[]",
            "('x'::mood <> ALL ((m)::mood[]))",
        ] {
            assert!(array(expression), "{expression}");
        }
        for expression in ["m <> 'x'", "'y' <> ALL (m)", "'x' = ANY (m)", "m && ARRAY['x']"] {
            assert!(!array(expression), "{expression}");
        }
    }

    #[test]
    fn constants_of_defaults() {
        let scalar = |expression| constants(expression, false);
        assert_eq!(scalar("('x'::app.mood)"), Some(vec!["x".into()]));
        assert_eq!(scalar("f('x')"), None);
        assert_eq!(scalar("NULL::app.mood"), None);
        let array = |expression| constants(expression, true);
        assert_eq!(array("'{x,NULL}'::mood[]"), Some(vec!["x".into()]));
        assert_eq!(array("ARRAY['x'::mood, 'y']"), Some(vec!["x".into(), "y".into()]));
        assert_eq!(array("'{}'"), Some(vec![]));
    }

    #[test]
    fn odd_names() {
        let quoted = "(\"it's \"\"m\"\"\" <> 'it''s'::\"my mood\")";
        assert!(forbids(quoted, "it's \"m\"", "it's", false));
        assert!(forbids(r"m <> E'a\\b\n'", "m", "a\\b\n", false));
        assert!(forbids("m <> 'NULL'", "m", "NULL", false));
        assert!(forbids(r#"m <> ALL ('{"a b","NULL"}')"#, "m", "NULL", false));
    }
}
