//! `cargo pg-enum list`: every enum that derives `PgEnum`.

use std::io::{self, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::Format;
use crate::compare::{Standing, compare};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::project::{Group, Overrides, Selection};
use crate::text::{self, brief, slashed, visible};
use crate::{Status, Streams, print};

/// List every enum that derives `PgEnum`, and how it stands to the migrations
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    overrides: Overrides,
    /// Print it in this form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let groups = arguments.project.project(streams)?.groups(&arguments.overrides, streams)?;
    let mut rows: Vec<(&Derived, Standing)> = Vec::new();
    for group in &groups {
        rows.extend(group.enums.iter().zip(standings(group, streams)));
    }
    rows.sort_by(|(left, _), (right, _)| left.path.cmp(&right.path));
    match arguments.format {
        Format::Text if rows.is_empty() => {
            // Nobody misses this line.
            let _ = writeln!(streams.err, "no enum derives `PgEnum`");
        }
        Format::Text => print(streams, |out| write_text(&rows, out))?,
        Format::Json => print(streams, |out| write_json(&rows, out))?,
    }
    Ok(Status::Clean)
}

/// How the enums stand to their migrations. That those cannot be read is no reason not to list enums.
fn standings(group: &Group, streams: &mut Streams<'_>) -> Vec<Standing> {
    let compared = group.request().and_then(|request| {
        let replayed = request.replay(None, streams)?;
        Ok(compare(&group.enums, &replayed, request).standings)
    });
    compared.unwrap_or_else(|failure| {
        let standing = Standing::NotChecked(failure.to_string());
        vec![standing; group.enums.len()]
    })
}

/// A name that is longer than this does not push the other columns away.
const WIDEST: usize = 60;
/// Characters of labels that are shown.
const LABELS: usize = 200;

fn write_text(rows: &[(&Derived, Standing)], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|(derived, standing)| {
            let standing = match standing {
                Standing::InStep => "in step".to_owned(),
                Standing::Diverges(count) => {
                    format!("diverges ({})", text::count(*count, "problem"))
                }
                Standing::NotChecked(_) => "not checked".to_owned(),
            };
            let place = format!("{}:{}", visible(&derived.file().to_string_lossy()), derived.line);
            [visible(&derived.path), derived.type_name(), standing, place]
        })
        .collect();
    let width = |column: usize| {
        let widths = cells.iter().map(|row| row[column].width());
        widths.filter(|width| *width <= WIDEST).max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    for (row, (derived, standing)) in cells.iter().zip(rows) {
        for (text, width) in row.iter().zip(widths) {
            let padding = width.saturating_sub(text.width());
            write!(out, "{text}{:padding$}  ", "")?;
        }
        let labels: Vec<_> = derived.definition(|definition| {
            definition.labels.iter().map(|label| text::label(label)).collect()
        });
        writeln!(out, "{}\n  {}", row[3], brief_list(&labels))?;
        if let Standing::NotChecked(reason) = standing {
            writeln!(out, "  not checked: {}", brief(reason, LABELS))?;
        }
    }
    Ok(())
}

/// As many as fit, and how many more there are.
fn brief_list(labels: &[String]) -> String {
    let mut list = String::new();
    for (index, label) in labels.iter().enumerate() {
        if index > 0 && list.len() + label.len() > LABELS {
            return format!("{list}, … {} more", labels.len() - index);
        }
        if index > 0 {
            list += ", ";
        }
        list += label;
    }
    list
}

#[derive(Serialize)]
struct JsonEnum<'a> {
    path: &'a str,
    file: String,
    line: usize,
    schema: Option<&'a str>,
    name: &'a str,
    labels: Vec<&'a str>,
    state: &'static str,
    problems: usize,
    reason: Option<&'a str>,
}

fn write_json(rows: &[(&Derived, Standing)], out: &mut dyn Write) -> io::Result<()> {
    let enums = rows.iter().map(|(derived, standing)| {
        let (state, problems, reason) = match standing {
            Standing::InStep => ("in-step", 0, None),
            Standing::Diverges(count) => ("diverges", *count, None),
            Standing::NotChecked(reason) => ("not-checked", 0, Some(&**reason)),
        };
        JsonEnum {
            path: &derived.path,
            file: slashed(derived.file()),
            line: derived.line,
            schema: derived.model.schema.as_ref().map(|schema| &*schema.value),
            name: &derived.model.name.value,
            labels: derived.model.variants.iter().map(|variant| &*variant.label.value).collect(),
            state,
            problems,
            reason,
        }
    });
    let json = serde_json::to_string_pretty(&enums.collect::<Vec<_>>())?;
    writeln!(out, "{}", text::printable_json(&json))
}
