//! `cargo pg-enum list`: every enum that is one of the database's, or every model.

mod models;

use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use crate::compare::Standing;
use crate::failure::Failure;
use crate::not_compared::Reason;
use crate::project::Scope;
use crate::row::Row;
use crate::survey::Survey;
use crate::text::{self, WIDEST, aligned, brief, slashed, visible};
use crate::{Status, Streams, print};

/// List all enums and their state
///
/// These are the enums that derive `PgEnum`, and those that another derive or hand-written code maps to a type of
/// the database. With `--models`, the structs and `table!` blocks that `check` compares with tables.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// List the models instead
    #[arg(long)]
    models: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.scope.project_or_tree(streams)?;
    let survey = Survey::of(&project, &arguments.scope.overrides, streams)?;
    if arguments.models {
        models::run(survey.models, arguments.format, streams)?;
        return Ok(Status::Clean);
    }
    let mut rows = survey.rows;
    rows.sort_by(|left, right| (&left.path, &left.codec).cmp(&(&right.path, &right.codec)));
    match arguments.format {
        Format::Text if rows.is_empty() => {
            // An error here is not important.
            let _ = writeln!(streams.err, "no PostgreSQL enum is found in the source");
        }
        Format::Text => print(streams, |out| write_text(&rows, out))?,
        Format::Json => print(streams, |out| write_json(&rows, out))?,
    }
    Ok(Status::Clean)
}

/// Characters of labels that are shown.
const LABELS: usize = 200;

fn write_text(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            let standing = standing(&row.standing);
            let name = match (&row.schema, &row.name) {
                (Some(schema), Some(name)) => text::type_name(schema, name),
                (None, Some(name)) => text::identifier(name),
                (_, None) => "-".to_owned(),
            };
            let place =
                format!("{}:{}", visible(&row.at.path().to_string_lossy()), row.at.at.line());
            [visible(&row.path), row.codec.clone(), name, standing, place]
        })
        .collect();
    let cells = aligned(&cells, WIDEST);
    for (line, row) in cells.iter().zip(rows) {
        writeln!(out, "{line}")?;
        let labels: Vec<_> = row.labels.iter().map(|label| text::label(label)).collect();
        if !labels.is_empty() {
            writeln!(out, "  {}", brief_list(&labels))?;
        }
        if let Some(reason) = row.reason() {
            writeln!(out, "  not compared: {}", brief(&reason.to_string(), LABELS))?;
        }
    }
    Ok(())
}

fn standing<R>(standing: &Standing<R>) -> String {
    match standing {
        Standing::Agrees => "agrees".to_owned(),
        Standing::Differs(count) => format!("differs ({})", text::count(*count, "problem")),
        Standing::NotCompared(_) => "not compared".to_owned(),
    }
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
    /// The derive or the trait that maps it to a type.
    codec: &'a str,
    file: String,
    line: usize,
    schema: Option<&'a str>,
    name: Option<&'a str>,
    labels: &'a [String],
    state: &'static str,
    problems: usize,
    /// The code of the reason, and the reason in words.
    reason_code: Option<&'static str>,
    reason: Option<String>,
}

fn write_json(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let enums = rows.iter().map(|row| {
        let (state, problems) = match &row.standing {
            Standing::Agrees => ("agrees", 0),
            Standing::Differs(count) => ("differs", *count),
            Standing::NotCompared(_) => ("not-compared", 0),
        };
        JsonEnum {
            path: &row.path,
            codec: &row.codec,
            file: slashed(&row.at.path()),
            line: row.at.at.line(),
            schema: row.schema.as_deref(),
            name: row.name.as_deref(),
            labels: &row.labels,
            state,
            problems,
            reason_code: row.reason().map(Reason::code),
            reason: row.reason().map(ToString::to_string),
        }
    });
    let json = serde_json::to_string_pretty(&enums.collect::<Vec<_>>())?;
    writeln!(out, "{}", text::printable_json(&json))
}
