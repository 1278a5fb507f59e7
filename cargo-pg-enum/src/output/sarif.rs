//! SARIF 2.1.0 (OASIS), as far as code scanning reads it.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::{Region, in_checkout};
use crate::problem::{Place, Problem};
use crate::text::{printable_json, slashed};

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'a str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    information_uri: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    level: &'a str,
    message: Message,
    locations: Vec<Location>,
    related_locations: Vec<Location>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Stretch,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stretch {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

pub(super) fn write(problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    let mut codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let driver = Driver {
        name: "cargo-pg-enum",
        version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: codes.into_iter().map(|id| Rule { id }).collect(),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            results: problems.iter().map(finding).collect(),
        }],
    };
    let json = serde_json::to_string_pretty(&log)?;
    writeln!(out, "{}", printable_json(&json))
}

fn finding(problem: &Problem) -> Finding<'_> {
    let mut text = problem.message.clone();
    for (word, more) in problem
        .notes
        .iter()
        .map(|note| ("note", note))
        .chain(problem.help.iter().map(|help| ("help", help)))
    {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{word}: {more}");
    }
    Finding {
        rule_id: problem.code,
        // SARIF has the same three words.
        level: problem.severity.as_str(),
        message: Message { text },
        locations: problem.places.iter().take(1).map(location).collect(),
        related_locations: problem.places.iter().skip(1).map(location).collect(),
    }
}

fn location(place: &Place) -> Location {
    let Region { path, line, column, end_line, end_column } = Region::of(place);
    let message = (!place.label.is_empty()).then(|| Message { text: place.label.clone() });
    Location {
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&slashed(&in_checkout(path))) },
            region: Stretch { start_line: line, start_column: column, end_line, end_column },
        },
        message,
    }
}

/// A path as a reference (RFC 3986): relative to the checkout, or of this machine.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri += "file://";
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
