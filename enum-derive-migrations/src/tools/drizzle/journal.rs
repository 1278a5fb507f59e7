//! drizzle's journal with one entry more, and everything else in it as it is.

use std::fs;

use json_event_parser::{JsonEvent, WriterJsonSerializer};

use super::JOURNAL;
use super::json::{self, Node};
use crate::draft::{NewFile, Slate, WriteError};
use crate::ground::Tool;

/// A journal without entries, as drizzle-kit begins one.
pub(super) const EMPTY: &str =
    "{\n  \"version\": \"7\",\n  \"dialect\": \"postgresql\",\n  \"entries\": []\n}\n";

/// The journal with an entry of that tag behind the last, written as that one is. `None` if it is no
/// journal. `now` is in milliseconds since 1970.
pub(super) fn with_entry(journal: &str, tag: &str, now: i64) -> Option<String> {
    let value = json::parse(journal).ok()?;
    let listed = value.get("entries")?;
    let entries = listed.items()?;
    let (open, close) = (listed.range.start, listed.range.end.checked_sub(1)?);
    // Behind the last entry, or behind the bracket.
    let head = journal.get(..close)?.trim_end();

    let newline = if journal.contains("\r\n") { "\r\n" } else { "\n" };
    let spaced = journal.contains("\": ");
    // What stands before an entry, before its first key, and before its bracket and that of the list.
    let (space, inner, foot, end) = match entries.last() {
        Some(last) => {
            let start = last.range.start;
            let body = journal.get(last.range.clone())?.strip_prefix('{')?.strip_suffix('}')?;
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
    let whole = |key: &str| of_last(key).and_then(Node::whole);
    let written = |node: &Node| journal.get(node.range.clone()).map(str::to_owned);
    let version = of_last("version").or(value.get("version")).and_then(written);
    let breakpoints = of_last("breakpoints").and_then(written);
    let fields = [
        ("idx", whole("idx").map_or(0, |index| index.saturating_add(1)).to_string()),
        ("version", version.unwrap_or_else(|| "\"7\"".to_owned())),
        // drizzle applies what is younger than the last that it has applied.
        ("when", whole("when").map_or(now, |when| now.max(when.saturating_add(1))).to_string()),
        ("tag", quoted(tag)?),
        ("breakpoints", breakpoints.unwrap_or_else(|| "true".to_owned())),
    ];
    let colon = if spaced { ": " } else { ":" };
    let fields = fields.map(|(key, value)| format!("\"{key}\"{colon}{value}"));
    let separator = if inner.is_empty() && spaced { ", ".to_owned() } else { format!(",{inner}") };
    let entry = format!("{{{inner}{}{foot}}}", fields.join(&separator));

    let comma = if entries.is_empty() { "" } else { "," };
    let text = [head, comma, &space, &entry, &end, journal.get(close..)?].concat();
    // Whatever the text was like: it must have that entry now, and all that it had.
    let mut expected = value.clone();
    expected.get_mut("entries")?.items_mut()?.push(json::parse(&entry).ok()?);
    (json::parse(&text).ok()? == expected).then_some(text)
}

/// A text as JSON has it.
fn quoted(text: &str) -> Option<String> {
    let mut writer = WriterJsonSerializer::new(Vec::new());
    writer.serialize_event(JsonEvent::String(text.into())).ok()?;
    String::from_utf8(writer.finish().ok()?).ok()
}

/// The journal with one entry more.
pub(super) fn with_entry_of(slate: &mut Slate<'_>, tag: &str) -> Result<NewFile, WriteError> {
    let path = slate.root.join(JOURNAL);
    let failed = |error| WriteError::Write { path: path.clone(), error };
    let on_disk = match fs::read_to_string(&path) {
        Ok(text) => Some(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let before = slate.journal.clone().or_else(|| on_disk.clone());
    let before = before.unwrap_or_else(|| EMPTY.to_owned());
    let text = with_entry(&before, tag, slate.millis).ok_or_else(|| WriteError::Text {
        tool: Tool::Drizzle,
        reason: format!("`{JOURNAL}` is not a journal that an entry can be added to"),
    })?;
    slate.journal = Some(text.clone());
    Ok(NewFile { path: JOURNAL.into(), text, replaces: on_disk })
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
