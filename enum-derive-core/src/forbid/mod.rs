//! What a `CHECK` forbids.
//!
//! A label is forbidden in a column if the expression is certainly false for a row that holds it, whatever else is in the
//! row. So any spelling counts: `m <> 'x'`, `m IN ('a', 'b')`, `NOT ('x' = ANY (m))`, or a part of a longer condition.
//! In the same way, an expression that is never false for rows without some labels has no effect when these are gone.
//! The same functions read what a migration says and what the server prints (`pg_get_expr`).

mod parse;
pub(crate) mod tokens;
mod value;

use alloc::string::String;
use alloc::vec::Vec;

use self::value::{Column, Content, Outcomes, Value};
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
    let held = Column { name: column, is_array, content: Content::Label(label) };
    let value = tokens::tokens(expression).and_then(|tokens| parse::value(&tokens, &[held]));
    value.is_some_and(|value| value.outcomes() == Outcomes::FALSE)
}

/// Whether the expression of a `CHECK` is never false for a row in which these columns hold no other labels than these,
/// or `NULL`: then it has no effect. The columns are given with whether they are arrays.
///
/// Nothing is known of other columns, and an expression that is not understood has an effect. If the expression relates
/// columns to one another, each of them in turn is computed label by label, and the others with any label at once.
#[cfg(feature = "drift")]
pub(crate) fn allows_all(expression: &str, columns: &[(String, bool)], labels: &[&str]) -> bool {
    let Some(tokens) = tokens::tokens(expression) else { return false };
    let any = among(columns, labels);
    let allows = |columns: &[Column<'_>]| {
        let value = parse::value(&tokens, columns);
        value.is_some_and(|value| !value.outcomes().may_be(Outcomes::FALSE))
    };
    let one_by_one = |index: usize| {
        let contents = labels.iter().map(|label| Content::Label(label)).chain([Content::Null]);
        let mut row = any.clone();
        !any[index].is_array
            && contents.into_iter().all(|content| {
                row[index].content = content;
                allows(&row)
            })
    };
    allows(&any) || (0..any.len()).any(one_by_one)
}

/// Columns of which each holds one of these labels, or `NULL`.
#[cfg(feature = "drift")]
fn among<'a>(columns: &'a [(String, bool)], labels: &'a [&'a str]) -> Vec<Column<'a>> {
    let content = Content::Among(labels);
    columns.iter().map(|(name, is_array)| Column { name, is_array: *is_array, content }).collect()
}

/// Whether the expression of a `CHECK` may be false for a row in which one of these columns holds this label, and the others
/// hold only labels of these.
#[cfg(feature = "drift")]
pub(crate) fn restricts(
    expression: &str,
    columns: &[(String, bool)],
    label: &str,
    labels: &[&str],
) -> bool {
    let Some(tokens) = tokens::tokens(expression) else { return true };
    (0..columns.len()).any(|held| {
        let mut row = among(columns, labels);
        row[held].content = Content::Label(label);
        let value = parse::value(&tokens, &row);
        value.is_none_or(|value| value.outcomes().may_be(Outcomes::FALSE))
    })
}

/// The expression in the definition of a `CHECK`, as the server prints it (`pg_get_constraintdef`).
#[cfg(feature = "drift")]
pub(crate) fn expression(definition: &str) -> Option<&str> {
    let mut rest = definition.strip_prefix("CHECK (")?;
    for end in [" NOT ENFORCED", " NOT VALID", " NO INHERIT"] {
        rest = rest.strip_suffix(end).unwrap_or(rest);
    }
    rest.strip_suffix(')')
}

/// The labels in a constant: that of a default, or those of an array; `None` if the expression is no constant.
pub(crate) fn constants(expression: &str, is_array: bool) -> Option<Vec<String>> {
    let labels = match parse::value(&tokens::tokens(expression)?, &[])? {
        Value::Text(text) if is_array => elements(&text)?,
        Value::Text(text) => [Some(text)].into(),
        Value::List(list) => list,
        _ => return None,
    };
    Some(labels.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    #[cfg(feature = "drift")]
    use super::{allows_all, expression, restricts};
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

    /// For the labels `a` and `b`, without `x`.
    #[cfg(feature = "drift")]
    fn allows(expression: &str) -> bool {
        let columns = [("m".into(), false), ("n".into(), false), ("ms".into(), true)];
        allows_all(expression, &columns, &["a", "b"])
    }

    #[test]
    #[cfg(feature = "drift")]
    fn what_has_no_effect_without_the_label() {
        for expression in [
            "(m <> 'x'::app.mood)",
            "m <> 'x' AND n <> 'x' AND 'x' <> ALL (ms)",
            "NOT m = 'x'",
            "m IS DISTINCT FROM 'x'",
            "m IN ('a', 'b')",
            "m IN ('a', 'b') AND n <> 'x'",
            "m = 'a' OR m = 'b'",
            "m <> ALL (ARRAY['x'::app.mood, 'y'::app.mood])",
            "m <> 'x' OR id > 0",
            "m IS NULL OR m IN ('b', 'a')",
            "(m = 'x') IS NOT TRUE",
            "NOT (ms && ARRAY['x'::app.mood])",
            "NOT (ms @> '{a,x}')",
            "m <> 'x' OR n = 'a'",
        ] {
            assert!(allows(expression), "{expression}");
        }
    }

    #[test]
    #[cfg(feature = "drift")]
    fn what_says_something_else_has_an_effect() {
        for expression in [
            "m <> 'x' AND id > 0",
            "m <> 'x' AND m IS NOT NULL",
            "m <> 'x' AND n <> 'a'",
            "m IN ('a', 'x')",
            "m = 'x' OR id > 0",
            "m = 'x'",
            "m <> 'x' AND o <> 'x'",
            "(m <> 'x') IS TRUE",
            "m > 'x'",
            "coalesce(m, 'x') <> 'x'",
            "m OPERATOR(evil.<>) 'x'",
            "ms <@ ARRAY['a', 'b']",
            "'a' <> ALL (ms)",
            "CASE WHEN m = 'x' THEN false ELSE true END",
            "m <> 'x",
        ] {
            assert!(!allows(expression), "{expression}");
        }
        let unlabelled = [("m".into(), false)];
        assert!(!allows_all("m IN ('a', 'b', 'x')", &unlabelled, &["a", "b", "new"]));
    }

    #[test]
    #[cfg(feature = "drift")]
    fn what_a_label_violates() {
        let columns = [("m".into(), false), ("ms".into(), true)];
        let x = |expression| restricts(expression, &columns, "x", &["a", "b"]);
        for expression in ["m <> 'x'", "m <> 'x' OR id > 0", "'x' <> ALL (ms)", "m IN ('a', 'b')"] {
            assert!(x(expression), "{expression}");
        }
        for expression in ["m IN ('a', 'b', 'x')", "m <> 'y'"] {
            assert!(!x(expression), "{expression}");
        }
    }

    #[test]
    #[cfg(feature = "drift")]
    fn expressions_of_definitions() {
        for (definition, found) in [
            ("CHECK ((m <> 'x'::mood))", "(m <> 'x'::mood)"),
            (
                "CHECK ((m <> ' NOT VALID)'::mood)) NO INHERIT NOT VALID",
                "(m <> ' NOT VALID)'::mood)",
            ),
            ("CHECK (false) NOT ENFORCED", "false"),
        ] {
            assert_eq!(expression(definition), Some(found));
        }
        assert_eq!(expression("UNIQUE (m)"), None);
    }
}
