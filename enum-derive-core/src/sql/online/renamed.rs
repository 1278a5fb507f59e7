//! Definitions that the server has printed, for columns and a type with other names.
//!
//! The server prints the expressions of indexes and checks for one table, so it writes a column as its name alone
//! (`get_variable` in `src/backend/utils/adt/ruleutils.c`). A word that is not a column is a part of a qualified name, the
//! name of a function, a type after `::`, or a key word. If this replaces a word that it should not replace, the server
//! does not find what the word then means, and refuses the definition.

use alloc::string::String;

use crate::sql::swap::literals::quoted;

/// The definition with other columns, given as pairs of names in SQL, and with another type.
pub(crate) fn renamed(
    sql: &str,
    columns: &[(&str, String)],
    type_sql: &str,
    new_type_sql: &str,
) -> String {
    let mut written = String::with_capacity(sql.len());
    let mut rest = sql;
    let mut escapes = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, escapes),
            '"' => quoted(rest, false),
            ':' if rest.starts_with("::") => {
                written.push_str("::");
                let after = &rest[2..];
                let (replacement, length) = match after.strip_prefix(type_sql) {
                    Some(end) if !end.starts_with(continues) => (new_type_sql, type_sql.len()),
                    _ => {
                        let length = type_name(after);
                        (&after[..length], length)
                    }
                };
                written.push_str(replacement);
                rest = &after[length..];
                continue;
            }
            c if starts(c) => rest.find(|c| !continues(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        escapes = token == "E";
        let is_name = first == '"' || starts(first);
        let is_column = is_name && !written.ends_with('.') && !after.starts_with(['.', '(']);
        // `EXTRACT(year FROM x)`: a key word.
        let is_field = written.ends_with("EXTRACT(");
        match columns.iter().find(|(from, _)| *from == token) {
            Some((_, to)) if is_column && !is_field => written.push_str(to),
            _ => written.push_str(token),
        }
        rest = after;
    }
    written
}

/// The parts of the definition of a foreign key (`pg_get_constraintdef`): its columns are those of one table, and those in the
/// second parentheses of another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct References<'a> {
    /// With the word `REFERENCES`.
    pub(crate) before: &'a str,
    pub(crate) table: &'a str,
    /// In parentheses.
    pub(crate) columns: &'a str,
    /// The match type and the actions, which may name columns of the first table.
    pub(crate) after: &'a str,
}

impl<'a> References<'a> {
    pub(crate) fn parse(definition: &'a str) -> Option<Self> {
        const WORD: &str = " REFERENCES ";
        let start = outside_quotes(definition, WORD)? + WORD.len();
        let open = start + outside_quotes(&definition[start..], "(")?;
        let close = open + outside_quotes(&definition[open..], ")")? + 1;
        Some(Self {
            before: &definition[..start],
            table: &definition[start..open],
            columns: &definition[open..close],
            after: &definition[close..],
        })
    }
}

/// Where this is in a text without literals, but not in a name in quotes.
fn outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let mut at = 0;
    while !text[at..].starts_with(wanted) {
        let first = text[at..].chars().next()?;
        at += if first == '"' { quoted(&text[at..], false) } else { first.len_utf8() };
    }
    Some(at)
}

const fn starts(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || !c.is_ascii()
}

fn continues(c: char) -> bool {
    starts(c) || c == '$' || c.is_ascii_digit()
}

/// The length of a type's name as `format_type` writes it: some of the built-in names have several words.
fn type_name(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &text[length..];
        length += match rest.chars().next() {
            Some('"') => quoted(rest, false),
            Some(c) if continues(c) => rest.find(|c| !continues(c)).unwrap_or(rest.len()),
            Some('.') => 1,
            Some(' ') => {
                let words = ["varying", "precision", "without time zone", "with time zone"];
                match words.iter().find(|words| rest[1..].starts_with(**words)) {
                    Some(words) => 1 + words.len(),
                    None => return length,
                }
            }
            _ => return length,
        };
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{References, renamed};

    #[test]
    fn columns_and_types_are_renamed_where_they_are_meant() {
        let columns = [("m", "n".to_string()), ("\"M m\"", "\"N\"".to_string())];
        for (sql, expected) in [
            ("CHECK ((m = 'm'::app.mood))", "CHECK ((n = 'm'::app.new))"),
            ("(m <> ALL ('{a,m}'::app.mood[]))", "(n <> ALL ('{a,m}'::app.new[]))"),
            ("app.m(m) AND m.m AND mm = m_m", "app.m(n) AND m.m AND mm = m_m"),
            ("m(m, \"M m\")", "m(n, \"N\")"),
            ("(x)::m AND (m)::text = 'm''m'::text", "(x)::m AND (n)::text = 'm''m'::text"),
            (r"E'\'m' = m", r"E'\'m' = n"),
            ("(t)::timestamp without time zone = m", "(t)::timestamp without time zone = n"),
            ("(m)::app.mood2, (m)::app.\"M m\"", "(n)::app.mood2, (n)::app.\"M m\""),
            ("EXTRACT(m FROM m)", "EXTRACT(m FROM n)"),
            (
                "ON app.t USING btree (m, id) WHERE (m IS NULL)",
                "ON app.t USING btree (n, id) WHERE (n IS NULL)",
            ),
        ] {
            assert_eq!(renamed(sql, &columns, "app.mood", "app.new"), expected);
        }
    }

    #[test]
    fn parts_of_foreign_keys() {
        let of = "FOREIGN KEY (\"a REFERENCES b\") REFERENCES app.\"t (\"(\"m)\", id) ON DELETE SET NULL (a)";
        assert_eq!(
            References::parse(of),
            Some(References {
                before: "FOREIGN KEY (\"a REFERENCES b\") REFERENCES ",
                table: "app.\"t (\"",
                columns: "(\"m)\", id)",
                after: " ON DELETE SET NULL (a)",
            })
        );
        for other in ["", "UNIQUE (m)", "é REFERENCES ", "a REFERENCES b(\"", "\""] {
            assert_eq!(References::parse(other), None);
        }
    }

    #[test]
    fn no_text_panics() {
        for sql in ["'", "E'\\", "\"", "::", "::\"", "é::é", "m", ""] {
            let _ = renamed(sql, &[], "app.mood", "app.new");
        }
    }
}
