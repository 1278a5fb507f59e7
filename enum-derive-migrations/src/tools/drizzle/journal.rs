//! drizzle's journal with one entry more, and everything else in it as it is.

use serde_json::Value;

/// A journal without entries, as drizzle-kit begins one.
pub(super) const EMPTY: &str =
    "{\n  \"version\": \"7\",\n  \"dialect\": \"postgresql\",\n  \"entries\": []\n}\n";

/// The journal with an entry of that tag behind the last, written as that one is. `None` if it is no
/// journal. `now` is in milliseconds since 1970.
pub(super) fn with_entry(journal: &str, tag: &str, now: i64) -> Option<String> {
    let value: Value = serde_json::from_str(journal).ok()?;
    let entries = value.get("entries")?.as_array()?;
    let Brackets { open, last: start, close } = Brackets::of_entries(journal)?;
    // Behind the last entry, or behind the bracket.
    let (head, _) = journal.split_at_checked(close)?;
    let head = head.trim_end();

    let newline = if journal.contains("\r\n") { "\r\n" } else { "\n" };
    let spaced = journal.contains("\": ");
    // What stands before an entry, before its first key, and before its bracket and that of the list.
    let (space, inner, foot, end) = match entries.last() {
        Some(_) => {
            let body = head.get(start..)?.strip_prefix('{')?.strip_suffix('}')?;
            let inner = body.len() - body.trim_start().len();
            let before = journal.get(..start)?;
            let space = before.get(before.trim_end().len()..)?.to_owned();
            let foot = body.get(body.trim_end().len()..)?.to_owned();
            (space, body.get(..inner)?.to_owned(), foot, journal.get(head.len()..close)?.to_owned())
        }
        None if journal.contains('\n') => {
            let line = journal.get(..open)?.rsplit('\n').next().unwrap_or_default();
            let blank = line.len() - line.trim_start().len();
            let unit = line.get(..blank).filter(|unit| !unit.is_empty()).unwrap_or("  ");
            let indent = |levels: usize| newline.to_owned() + &unit.repeat(levels);
            (indent(2), indent(3), indent(2), indent(1))
        }
        None => Default::default(),
    };

    let of_last = |key: &str| entries.last().and_then(|last| last.get(key));
    let whole = |key: &str| of_last(key).and_then(Value::as_i64);
    let version = of_last("version").or(value.get("version")).cloned();
    let fields = [
        ("idx", Value::from(whole("idx").map_or(0, |index| index.saturating_add(1)))),
        ("version", version.unwrap_or("7".into())),
        // drizzle applies what is younger than the last that it has applied.
        ("when", Value::from(whole("when").map_or(now, |when| now.max(when.saturating_add(1))))),
        ("tag", Value::from(tag)),
        ("breakpoints", of_last("breakpoints").cloned().unwrap_or(true.into())),
    ];
    let colon = if spaced { ": " } else { ":" };
    let fields = fields.map(|(key, value)| format!("\"{key}\"{colon}{value}"));
    let separator = if inner.is_empty() && spaced { ", ".to_owned() } else { format!(",{inner}") };
    let entry = format!("{{{inner}{}{foot}}}", fields.join(&separator));

    let comma = if entries.is_empty() { "" } else { "," };
    let text = [head, comma, &space, &entry, &end, journal.get(close..)?].concat();
    // Whatever the text was like: it must have that entry now, and all that it had.
    let mut expected = value.clone();
    let added = serde_json::from_str(&entry).ok()?;
    expected.get_mut("entries")?.as_array_mut()?.push(added);
    (serde_json::from_str::<Value>(&text).ok()? == expected).then_some(text)
}

/// Where the list of entries is in the text.
struct Brackets {
    open: usize,
    /// Where the last entry begins, if there is one.
    last: usize,
    close: usize,
}

impl Brackets {
    fn of_entries(journal: &str) -> Option<Self> {
        let bytes = journal.as_bytes();
        let (mut depth, mut key) = (0_usize, "");
        let mut found: Option<Self> = None;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    let start = at + 1;
                    at = start;
                    while *bytes.get(at)? != b'"' {
                        at += if *bytes.get(at)? == b'\\' { 2 } else { 1 };
                    }
                    if depth == 1 && journal.get(at + 1..)?.trim_start().starts_with(':') {
                        key = journal.get(start..at)?;
                    }
                }
                b'{' | b'[' => {
                    match &mut found {
                        None if depth == 1 && key == "entries" => {
                            found = Some(Self { open: at, last: at, close: at });
                        }
                        Some(found) if depth == 2 => found.last = at,
                        _ => {}
                    }
                    depth += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    if depth == 1
                        && let Some(found) = found
                    {
                        return Some(Self { close: at, ..found });
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_keeps_its_form() {
        let added = |journal: &str| with_entry(journal, "0002_x", 5).unwrap_or_default();
        assert_eq!(
            added(
                "{\n  \"version\": \"7\",\n  \"entries\": [\n    {\n      \"idx\": 1,\n      \
                 \"version\": \"6\",\n      \"when\": 9,\n      \"tag\": \"0001_[]\",\n      \
                 \"breakpoints\": false\n    }\n  ],\n  \"more\": [{}]\n}"
            ),
            "{\n  \"version\": \"7\",\n  \"entries\": [\n    {\n      \"idx\": 1,\n      \
             \"version\": \"6\",\n      \"when\": 9,\n      \"tag\": \"0001_[]\",\n      \
             \"breakpoints\": false\n    },\n    {\n      \"idx\": 2,\n      \
             \"version\": \"6\",\n      \"when\": 10,\n      \"tag\": \"0002_x\",\n      \
             \"breakpoints\": false\n    }\n  ],\n  \"more\": [{}]\n}"
        );
        assert_eq!(
            added(r#"{"entries":[{"idx":1,"tag":"a"}],"version":"7"}"#),
            r#"{"entries":[{"idx":1,"tag":"a"},{"idx":2,"version":"7","when":5,"tag":"0002_x","breakpoints":true}],"version":"7"}"#
        );
        assert_eq!(
            added("{\n\t\"entries\": []\n}\n"),
            "{\n\t\"entries\": [\n\t\t{\n\t\t\t\"idx\": 0,\n\t\t\t\"version\": \"7\",\n\t\t\t\
             \"when\": 5,\n\t\t\t\"tag\": \"0002_x\",\n\t\t\t\"breakpoints\": true\n\t\t}\n\t]\n}\n"
        );
        for none in ["", "{}", "[]", r#"{"entries": 3}"#, r#"{"entries": ["#] {
            assert_eq!(added(none), "", "{none}");
        }
    }

    #[test]
    fn on_one_line_with_spaces() {
        assert_eq!(
            with_entry(r#"{ "entries": [{"idx": 0, "tag": "a]\"}"}] }"#, "b", 5)
                .unwrap_or_default(),
            r#"{ "entries": [{"idx": 0, "tag": "a]\"}"},{"idx": 1, "version": "7", "when": 5, "tag": "b", "breakpoints": true}] }"#
        );
    }
}
