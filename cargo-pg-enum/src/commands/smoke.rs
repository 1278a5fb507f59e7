//! `cargo pg-enum smoke`: tries each label in each column of a database.

use std::io::{self, Write};
use std::time::Duration;

use pg_enum::live::{Column, Outcome, Smoke, SmokeReport, SmokedEnum, SmokedLabel, Why};
use serde::Serialize;

use super::Format;
use super::verify::conclude;
use crate::database::Database;
use crate::enums::Derived;
use crate::failure::Failure;
use crate::live::{failure, with_set};
use crate::output;
use crate::problem::Problem;
use crate::project::Selection;
use crate::text::{self, WIDEST, aligned, count, list, printable_json, visible};
use crate::{Status, Streams, print};

/// Try a row for each label in a database
///
/// Casts each label of each enum, and inserts a row with it into each table that has a column of the type, where the
/// other columns allow it. Everything is rolled back, sequences do not advance, and no code of the database runs unless
/// --run-code allows it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    database: Database,
    /// Look for enums without a schema in every schema whose name is LIKE this, instead of in `search_path`
    #[arg(long, value_name = "PATTERN")]
    schemas: Option<String>,
    /// Also insert rows that run triggers, policies and other functions of the database; a rollback may not undo all
    /// that they do
    #[arg(long)]
    run_code: bool,
    /// Insert no row into a table whose lock is not free after this many seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    lock_timeout: u64,
    /// Stop a statement that takes longer than this many seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    statement_timeout: u64,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let mut options = Smoke::new()
        .run_code(arguments.run_code)
        .lock_timeout(Duration::from_secs(arguments.lock_timeout))
        .statement_timeout(Duration::from_secs(arguments.statement_timeout));
    if let Some(like) = &arguments.schemas {
        options = options.schemas(like);
    }
    let (report, mut problems) = with_set(&enums, |set| {
        arguments.database.with(async |connection| {
            set.smoke_with(&options, connection).await.map_err(|error| failure(&error))
        })
    })?;
    problems.extend(refused(&enums, &report));
    match arguments.format {
        Format::Json => print(streams, |out| write_json(&report, out))?,
        Format::Text => print(streams, |out| write_text(&report, out))?,
    }
    let columns = kept_from(&report);
    if columns > 0 {
        let columns = count(columns, "column");
        streams.note(&format!(
            "no row was tried for {columns}, because code of the database may run: if you trust all who own \
             something in it, as in a test, add --run-code"
        ));
    }
    // On standard error, so that the result stays a table or one JSON array.
    output::Format::Text.print(&problems, streams)?;
    let is_clean = problems.is_empty();
    match arguments.format {
        Format::Text if is_clean && !enums.is_empty() => {
            let labels = report.enums.iter().map(|smoked| smoked.labels.len()).sum();
            let (labels, enums) = (count(labels, "label"), count(enums.len(), "enum"));
            print(streams, |out| writeln!(out, "the database accepts {labels} of {enums}"))?;
            Ok(Status::Clean)
        }
        Format::Text => conclude(output::Format::Text, enums.len(), &problems, streams),
        Format::Json => Ok(if is_clean { Status::Clean } else { Status::Findings }),
    }
}

/// The number of columns without a row, because that may run code.
fn kept_from(report: &SmokeReport) -> usize {
    let labels = report
        .enums
        .iter()
        .filter_map(|smoked| smoked.labels.iter().find(|label| !label.columns.is_empty()));
    let outcomes = labels.flat_map(|label| &label.columns).map(|(_, outcome)| outcome);
    outcomes
        .filter(|outcome| match outcome {
            Outcome::Compared(Why::NotTried(unwritten))
            | Outcome::Cast(Why::NotTried(unwritten)) => unwritten.is_code(),
            _ => false,
        })
        .count()
}

/// A problem for each label that the database refuses, at its variant.
fn refused(enums: &[Derived], report: &SmokeReport) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (smoked, label, column, refusal) in report.refused() {
        let Some(derived) = enums.iter().find(|derived| derived.path == smoked.rust_name) else {
            continue;
        };
        let variants = &derived.model.variants;
        let place = match variants.iter().position(|variant| variant.label.value == label) {
            Some(index) => pg_enum_core::Place::Label(index),
            None => pg_enum_core::Place::Name,
        };
        let what = match column {
            Some(column) => visible(&column.to_string()),
            None => visible(&smoked.type_name),
        };
        let message = format!("{what} refuses the label {}: {refusal}", text::label(label));
        let mut problem = Problem::new("smoke", message, derived.place(place, ""));
        problem.type_name = Some(visible(&smoked.type_name));
        problem.help =
            Some("run `cargo pg-enum verify` to see what differs, and the SQL for it".to_owned());
        problems.push(problem);
    }
    problems
}

/// The number of labels that a line names.
const LABELS: usize = 8;

/// What came of a label, in one place: the cast, or a column.
struct Trial<'a> {
    column: Option<&'a Column>,
    label: &'a str,
    outcome: &'static str,
    reason: Option<String>,
    sqlstate: Option<&'a str>,
}

/// All of an enum's, place by place.
fn trials(smoked: &SmokedEnum) -> Vec<Trial<'_>> {
    let cast = |label| {
        let SmokedLabel { label, refused, .. }: &SmokedLabel = label;
        Trial {
            column: None,
            label,
            outcome: if refused.is_some() { "refused" } else { "cast" },
            reason: refused.as_ref().map(ToString::to_string),
            sqlstate: refused.as_ref().and_then(|refusal| refusal.sqlstate.as_deref()),
        }
    };
    let mut trials: Vec<Trial<'_>> = smoked.labels.iter().map(cast).collect();
    let columns = smoked.labels.iter().map(|label| label.columns.len()).max().unwrap_or_default();
    for index in 0..columns {
        for label in &smoked.labels {
            let Some((column, outcome)) = label.columns.get(index) else { continue };
            let reason = outcome.reason();
            trials.push(Trial {
                column: Some(column),
                label: &label.label,
                outcome: outcome.code(),
                reason: reason.map(ToString::to_string),
                sqlstate: outcome.refusal().and_then(|refusal| refusal.sqlstate.as_deref()),
            });
        }
    }
    trials
}

/// A line for each place and outcome, with its labels, unless these are all.
fn write_text(report: &SmokeReport, out: &mut dyn Write) -> io::Result<()> {
    for smoked in &report.enums {
        let (rust_name, labels) = (visible(&smoked.rust_name), count(smoked.labels.len(), "label"));
        writeln!(out, "{} ({rust_name}): {labels}", visible(&smoked.type_name))?;
        let mut groups: Vec<(Trial<'_>, Vec<String>)> = Vec::new();
        for trial in trials(smoked) {
            let label = text::label(trial.label);
            let same = |of: &Trial<'_>| {
                (of.column, of.outcome, &of.reason) == (trial.column, trial.outcome, &trial.reason)
            };
            match groups.iter_mut().find(|(of, _)| same(of)) {
                Some((_, labels)) => labels.push(label),
                None => groups.push((trial, vec![label])),
            }
        }
        let lines: Vec<[String; 4]> = groups
            .into_iter()
            .map(|(trial, labels)| {
                let column = trial.column.map(|column| visible(&column.to_string()));
                let all = labels.len() == smoked.labels.len();
                [
                    column.unwrap_or_else(|| "cast".to_owned()),
                    match trial.outcome {
                        outcome @ ("compared" | "cast") if trial.column.is_some() => {
                            format!("only {outcome}")
                        }
                        outcome => outcome.to_owned(),
                    },
                    if all { "all".to_owned() } else { list(labels, LABELS) },
                    trial.reason.unwrap_or_default(),
                ]
            })
            .collect();
        for line in aligned(&lines, WIDEST) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonTrial<'a> {
    #[serde(rename = "enum")]
    rust_name: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
    label: &'a str,
    /// Null for the cast.
    column: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    sqlstate: Option<&'a str>,
}

fn write_json(report: &SmokeReport, out: &mut dyn Write) -> io::Result<()> {
    let mut all = Vec::new();
    for smoked in &report.enums {
        all.extend(trials(smoked).into_iter().map(|trial| JsonTrial {
            rust_name: &smoked.rust_name,
            type_name: &smoked.type_name,
            label: trial.label,
            column: trial.column.map(ToString::to_string),
            outcome: trial.outcome,
            reason: trial.reason,
            sqlstate: trial.sqlstate,
        }));
    }
    writeln!(out, "{}", printable_json(&serde_json::to_string_pretty(&all)?))
}
