//! JSON with the place of each value, read event by event rather than into types: serde and its derive take longer
//! to build than all that reads migrations, but for the parser of SQL.

use std::ops::Range;

use json_event_parser::{JsonEvent, JsonSyntaxError, LowLevelJsonParser};

/// A value, and where it stands.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    /// The bytes of the text.
    pub(super) range: Range<usize>,
}

/// Wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

#[derive(Clone, PartialEq)]
pub(super) enum Value {
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
    Text(String),
    /// Anything else, as it is written.
    Other(String),
}

/// Why a text is not what it should be, and the byte that shows it.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Flaw {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

impl From<JsonSyntaxError> for Flaw {
    fn from(error: JsonSyntaxError) -> Self {
        let at = usize::try_from(error.location().start.offset).unwrap_or_default();
        Self::new(at, error.message())
    }
}

/// Values in values in values; more is nobody's journal.
const DEEPEST: usize = 100;

pub(super) fn parse(text: &str) -> Result<Node, Flaw> {
    let parser = LowLevelJsonParser::new().with_max_stack_size(DEEPEST);
    let mut reader = Reader { text, parser, at: 0 };
    let (event, range) = reader.next()?;
    let node = reader.value(event, range)?;
    // What follows would be an error.
    reader.next()?;
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    parser: LowLevelJsonParser,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next bracket, key or value.
    fn next(&mut self) -> Result<(JsonEvent<'a>, Range<usize>), Flaw> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        // The parser takes what separates two values as a part of the second.
        let separates = |c: char| c.is_ascii_whitespace() || matches!(c, ':' | ',' | '\u{feff}');
        let start = self.text.len() - rest.trim_start_matches(separates).len();
        let result = self.parser.parse_next(rest.as_bytes(), true);
        self.at += result.consumed_bytes;
        // All of the text is there, so that there is always an event.
        let event = result.event.unwrap_or(Ok(JsonEvent::Eof))?;
        Ok((event, start..self.at))
    }

    /// The value that begins so. It calls itself, no deeper than the parser goes.
    fn value(&mut self, event: JsonEvent<'a>, range: Range<usize>) -> Result<Node, Flaw> {
        let value = match event {
            JsonEvent::StartObject => {
                let mut members = Vec::new();
                while let (JsonEvent::ObjectKey(key), _) = self.next()? {
                    let (event, range) = self.next()?;
                    members.push((key.into_owned(), self.value(event, range)?));
                }
                Value::Object(members)
            }
            JsonEvent::StartArray => {
                let mut items = Vec::new();
                loop {
                    let (event, range) = self.next()?;
                    if event == JsonEvent::EndArray {
                        break;
                    }
                    items.push(self.value(event, range)?);
                }
                Value::List(items)
            }
            JsonEvent::String(text) => Value::Text(text.into_owned()),
            _ => Value::Other(self.text.get(range.clone()).unwrap_or_default().to_owned()),
        };
        Ok(Node { value, range: range.start..self.at })
    }
}

impl Node {
    /// The member of an object; of several with one key the last, as JavaScript has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().rfind(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub(super) fn items(&self) -> Option<&[Self]> {
        let Value::List(items) = &self.value else { return None };
        Some(items)
    }

    #[cfg(feature = "write")]
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Value::Object(members) = &mut self.value else { return None };
        members.iter_mut().rfind(|(name, _)| name == key).map(|(_, node)| node)
    }

    #[cfg(feature = "write")]
    pub(super) fn items_mut(&mut self) -> Option<&mut Vec<Self>> {
        let Value::List(items) = &mut self.value else { return None };
        Some(items)
    }

    pub(super) fn text(&self) -> Option<&str> {
        let Value::Text(text) = &self.value else { return None };
        Some(text)
    }

    #[cfg(any(feature = "history", feature = "write"))]
    pub(super) fn whole(&self) -> Option<i64> {
        let Value::Other(number) = &self.value else { return None };
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_place() {
        let text = "\u{feff}{ \"a\" : [1, \"é\\n\", {}, [ ]] ,\n\"b\":null}";
        let node = parse(text).expect("JSON");
        let at = |node: &Node| text[node.range.clone()].to_owned();
        assert_eq!(at(&node), text.trim_start_matches('\u{feff}'));
        let items = node.get("a").and_then(Node::items).expect("a list");
        assert_eq!(items.iter().map(at).collect::<Vec<_>>(), ["1", "\"é\\n\"", "{}", "[ ]"]);
        assert_eq!(items[1].text(), Some("é\n"));
        assert_eq!(node.get("b").map(at).as_deref(), Some("null"));
    }

    #[test]
    fn what_is_no_json_says_where() {
        for (text, at) in [("", 0), ("{", 1), ("{\"a\": 1,}", 8), ("{} 1", 3), ("[1 2]", 3)] {
            assert_eq!(parse(text).map_err(|flaw| flaw.at).err(), Some(at), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
