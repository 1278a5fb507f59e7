//! Workflow commands, which GitHub shows at the lines of a pull request (GitHub's documentation, "Workflow
//! commands for GitHub Actions", `error`, `warning`, `notice`).

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Region, in_checkout};
use crate::problem::{LONGEST, Place, Problem, Severity};
use crate::text::{brief, slashed, visible};

pub(super) fn write(problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    for problem in problems {
        let mut lines = vec![brief(&problem.message, LONGEST)];
        for place in problem.places.iter().skip(1).filter(|place| !place.label.is_empty()) {
            let Region { path, line, .. } = Region::of(place);
            let label = brief(&place.label, LONGEST);
            lines.push(format!("{}:{line}: {label}", shown(path)));
        }
        lines.extend(problem.notes.iter().map(|note| format!("note: {}", brief(note, LONGEST))));
        lines.extend(problem.help.iter().map(|help| format!("help: {}", visible(help))));

        let place = problem.places.first().map(properties).unwrap_or_default();
        let message = data(&lines.join("\n"));
        let command = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        writeln!(out, "::{command} {place}title=pg-enum {}::{message}", problem.code)?;
    }
    Ok(())
}

/// Where, with a comma behind it.
fn properties(place: &Place) -> String {
    let Region { path, line, column, end_line, end_column } = Region::of(place);
    let file = property(&shown(path));
    if line == end_line {
        format!("file={file},line={line},endLine={end_line},col={column},endColumn={end_column},")
    } else {
        // The two columns count only within one line.
        format!("file={file},line={line},endLine={end_line},")
    }
}

fn shown(path: PathBuf) -> String {
    brief(&slashed(&in_checkout(path)), LONGEST)
}

/// Text as the toolkit escapes it (`packages/core/src/command.ts`, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same for what stands before the message (`escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
