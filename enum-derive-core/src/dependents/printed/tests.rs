//! Expressions and what the server prints of them.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::*;

fn printer(labels: &[String]) -> Printer<'_> {
    Printer {
        schema: "app",
        name: "mood",
        type_sql: "app.mood",
        labels,
        table: "t",
        columns: &[
            ("m", KnownType::Scalar),
            ("n", KnownType::Scalar),
            ("ms", KnownType::Array),
            ("id", KnownType::Integer),
            ("done", KnownType::Boolean),
            ("Id", KnownType::Other),
        ],
    }
}

fn labels() -> Vec<String> {
    ["sad", "ok", "it's", "a b"].map(ToOwned::to_owned).to_vec()
}

#[test]
fn conditions_as_the_server_prints_them() {
    let labels = labels();
    for (expression, expected) in [
        ("m <> 'ok'", "(m <> 'ok'::app.mood)"),
        ("t.m OPERATOR(pg_catalog.<>) 'ok'::mood", "(m <> 'ok'::app.mood)"),
        ("'ok' <> ALL (ms)", "('ok'::app.mood <> ALL (ms))"),
        ("m IN ('ok')", "(m = 'ok'::app.mood)"),
        ("m NOT IN ('ok', 'sad')", "(m <> ALL (ARRAY['ok'::app.mood, 'sad'::app.mood]))"),
        ("NOT m IN ('ok','sad')", "(NOT (m = ANY (ARRAY['ok'::app.mood, 'sad'::app.mood])))"),
        (
            "m = 'ok' AND (m >= n AND id IS NULL) AND \"Id\" IS NOT NULL",
            "((m = 'ok'::app.mood) AND ((m >= n) AND (id IS NULL)) AND (\"Id\" IS NOT NULL))",
        ),
        (
            "(m = 'ok' OR m = 'sad') OR n IS NOT DISTINCT FROM 'it''s'",
            "((m = 'ok'::app.mood) OR (m = 'sad'::app.mood) OR (NOT (n IS DISTINCT FROM 'it''s'::app.mood)))",
        ),
        ("m = ANY ('{ok,sad}'::mood[])", "(m = ANY ('{ok,sad}'::app.mood[]))"),
        ("m = ANY (ARRAY['ok'::mood])", "(m = ANY (ARRAY['ok'::app.mood]))"),
        ("m = 'ok' AND done", "((m = 'ok'::app.mood) AND done)"),
        (
            "NOT done AND id >= 007 OR m = 'ok' AND done IS NOT TRUE AND done = false",
            "(((NOT done) AND (id >= 7)) OR ((m = 'ok'::app.mood) AND (done IS NOT TRUE) AND (done = false)))",
        ),
    ] {
        let found = condition(expression, printer(&labels));
        assert_eq!(found, Some((expected.to_owned(), true)), "{expression}");
    }
    let found = condition("m IS NULL OR m > n", printer(&labels));
    assert_eq!(found, Some(("((m IS NULL) OR (m > n))".to_owned(), false)));
}

#[test]
fn what_is_not_certain_is_not_printed() {
    let labels = labels();
    for expression in [
        "m::text <> 'ok'",
        "m <> 'gone'",
        "id > 0.5",
        "id > 3000000000",
        "id > -1",
        "id",
        "\"Id\" = 1",
        "m ~ 'ok'",
        "m = ANY (ARRAY['ok'])",
        "lower(m::text) = 'ok'",
        "o.m = 'ok'",
        "m = 'ok' AND",
        "m = 'ok'::other",
        "m = ANY ('{ok, sad}')",
        "",
    ] {
        assert_eq!(condition(expression, printer(&labels)), None, "{expression}");
    }
    assert_eq!(condition(&"(".repeat(100_000), printer(&labels)), None);
    assert_eq!(condition(&"NOT ".repeat(100_000), printer(&labels)), None);
}

#[test]
fn defaults_as_the_server_prints_them() {
    let labels = labels();
    let print = |expression, is_array| {
        default(expression, is_array, printer(&labels)).map(|constant| match constant {
            Constant::Value(text) => Some(text),
            Constant::Null => None,
        })
    };
    for (expression, expected) in [
        ("'ok'", Some(Some("'ok'::app.mood"))),
        ("('ok'::app.mood)", Some(Some("'ok'::app.mood"))),
        ("NULL::mood", Some(None)),
        ("'gone'", None),
        ("app.f()", None),
        ("'ok'::text::mood", None),
    ] {
        let expected = expected.map(|it| it.map(ToOwned::to_owned));
        assert_eq!(print(expression, false), expected, "{expression}");
    }
    for (expression, expected) in [
        ("'{}'", Some("'{}'::app.mood[]")),
        (r#"'{ok,NULL,"a b"}'::mood[]"#, Some(r#"'{ok,NULL,"a b"}'::app.mood[]"#)),
        ("'{ok, sad}'", None),
        ("'{{ok},{sad}}'", Some("'{{ok},{sad}}'::app.mood[]")),
        ("'[2:3]={ok,sad}'", Some("'[2:3]={ok,sad}'::app.mood[]")),
        ("'{\"ok\"}'", None),
        ("'ok'", None),
        ("ARRAY['ok', 'sad']::app.mood[]", Some("ARRAY['ok'::app.mood, 'sad'::app.mood]")),
        ("ARRAY[]::mood[]", Some("ARRAY[]::app.mood[]")),
        ("ARRAY['ok']", None),
    ] {
        let expected = expected.map(|it| Some(it.to_owned()));
        assert_eq!(print(expression, true), expected, "{expression}");
    }
}
