//! `cargo pg-enum explain`: what a code of a finding means.

use crate::codes::{self, Code};
use crate::failure::Failure;
use crate::text::aligned;
use crate::{Status, Streams, print};

/// Explain a code of a finding
///
/// Without a code, lists all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code, as in `error[CODE]`
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let all = codes::all();
    let Some(code) = &arguments.code else {
        let row = |it: &Code| {
            let summary = it.summary.split_at_checked(1).unwrap_or_default();
            let summary = summary.0.to_ascii_lowercase() + summary.1;
            [it.name.to_owned(), it.of.to_owned(), summary]
        };
        let rows: Vec<_> = all.iter().map(row).collect();
        print(streams, |out| {
            aligned(&rows, WIDEST).iter().try_for_each(|row| writeln!(out, "{row}"))
        })?;
        return Ok(Status::Clean);
    };
    let name = codes::find(code).map_err(|error| {
        Failure::new(error).with_help("`cargo pg-enum explain` lists all codes")
    })?;
    for code in all.iter().filter(|it| it.name == name) {
        let explanation = code.explanation.trim();
        print(streams, |out| writeln!(out, "# {} ({})\n\n{explanation}", code.name, code.of))?;
    }
    Ok(Status::Clean)
}

/// The longest code.
const WIDEST: usize = 40;
