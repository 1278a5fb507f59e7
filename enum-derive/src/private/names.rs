//! Comparison of names in SQL by meaning.

use crate::Definition;

/// Whether a type's SQL name is the name of the definition. Schemas are compared if both have one.
pub(super) fn denotes(sql: &str, definition: &Definition<'_>) -> bool {
    let (first, rest) = split_identifier(sql);
    match rest {
        None => is_identifier(first, definition.name),
        Some(name) => {
            is_identifier(name, definition.name)
                && definition.schema.is_none_or(|schema| is_identifier(first, schema))
        }
    }
}

/// The first identifier of a dotted name, and the text after the dot.
fn split_identifier(sql: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    for (index, byte) in sql.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => return (&sql[..index], Some(&sql[index + 1..])),
            _ => {}
        }
    }
    (sql, None)
}

/// Whether an SQL identifier means this name: a quoted identifier is literal, with quotes doubled; an unquoted one is
/// folded to lower case (PostgreSQL manual, 4.1.1).
fn is_identifier(sql: &str, name: &str) -> bool {
    match sql.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        None => {
            sql.len() == name.len()
                && sql.bytes().map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
        }
        Some(quoted) => quoted.split("\"\"").eq(name.split('"')),
    }
}

#[cfg(test)]
mod tests {
    use super::{denotes, is_identifier};
    use crate::Definition;

    #[test]
    fn identifiers_are_compared_as_sql_reads_them() {
        for (sql, name) in [
            ("status", "status"),
            ("STATUS", "status"),
            (r#""status""#, "status"),
            (r#""Status""#, "Status"),
            (r#""a.b""#, "a.b"),
            (r#""a""b""#, r#"a"b"#),
            (r#""""""#, r#"""#),
            (r#""""a""""#, r#""a""#),
        ] {
            assert!(is_identifier(sql, name), "{sql} {name}");
        }
        for (sql, name) in [
            ("Status", "Status"),
            (r#""Status""#, "status"),
            ("status", "statu"),
            ("status", "status2"),
            (r#""a""b""#, r#"a""b"#),
            (r#""a""b""#, "ab"),
            (r#""a""""#, "a"),
        ] {
            assert!(!is_identifier(sql, name), "{sql} {name}");
        }
    }

    #[test]
    fn a_schema_counts_where_both_have_one() {
        let bare = Definition::new("status", &["a"]);
        let app = bare.in_schema("app");
        for (sql, definition) in [
            ("status", bare),
            ("status", app),
            ("app.status", app),
            (r#""app"."status""#, app),
            ("other.status", bare),
        ] {
            assert!(denotes(sql, &definition), "{sql} {definition:?}");
        }
        for (sql, definition) in
            [("other.status", app), ("app.state", app), ("status.app", app), ("app", app)]
        {
            assert!(!denotes(sql, &definition), "{sql} {definition:?}");
        }
    }
}
