//! One array, an element for each problem.

use std::io::{self, Write};

use serde::Serialize;

use super::Region;
use crate::problem::{Place, Problem};
use crate::text::{printable_json, slashed};

#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'a str,
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

pub(super) fn write(problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    let problems: Vec<_> = problems
        .iter()
        .map(|problem| JsonProblem {
            code: problem.code,
            message: &problem.message,
            type_name: problem.type_name.as_deref(),
            place: problem.places.first().map(place),
            related: problem.places.iter().skip(1).map(place).collect(),
            notes: &problem.notes,
            help: problem.help.as_deref(),
        })
        .collect();
    let json = serde_json::to_string_pretty(&problems)?;
    writeln!(out, "{}", printable_json(&json))
}

fn place(place: &Place) -> JsonPlace<'_> {
    let Region { path, line, column, end_line, end_column } = Region::of(place);
    let file = slashed(&path);
    let label = Some(&*place.label).filter(|label| !label.is_empty());
    JsonPlace { file, line, column, end_line, end_column, label }
}
