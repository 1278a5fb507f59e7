//! One array, an element for each problem; or an object with that and a summary.

use std::io::{self, Write};

use serde::Serialize;

use super::Region;
use crate::problem::{Place, Problem};
use crate::text::{printable_json, slashed};

#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    #[serde(flatten)]
    place: Option<JsonPlace<'a>>,
    related: Vec<JsonPlace<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonReport<'a, S> {
    findings: Vec<JsonProblem<'a>>,
    summary: &'a S,
}

pub(super) fn write(problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    write_value(&all(problems), out)
}

pub(super) fn write_report(
    problems: &[Problem],
    summary: &impl Serialize,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_value(&JsonReport { findings: all(problems), summary }, out)
}

fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", printable_json(&json))
}

fn all(problems: &[Problem]) -> Vec<JsonProblem<'_>> {
    problems
        .iter()
        .map(|problem| JsonProblem {
            code: problem.code,
            severity: problem.severity.as_str(),
            message: &problem.message,
            type_name: problem.type_name.as_deref(),
            place: problem.places.first().map(place),
            related: problem.places.iter().skip(1).map(place).collect(),
            notes: &problem.notes,
            help: problem.help.as_deref(),
        })
        .collect()
}

fn place(place: &Place) -> JsonPlace<'_> {
    let Region { path, line, column, end_line, end_column } = Region::of(place);
    let file = slashed(&path);
    let label = Some(&*place.label).filter(|label| !label.is_empty());
    JsonPlace { file, line, column, end_line, end_column, label }
}
