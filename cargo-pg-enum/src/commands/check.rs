//! `cargo pg-enum check`: where the enums and the migrations disagree.

use clap::ValueEnum;

use crate::failure::Failure;
use crate::memory::{Inputs, Memory};
use crate::models;
use crate::not_compared::Reason;
use crate::output::Format;
use crate::problem::Severity;
use crate::project::{Project, Scope};
use crate::summary::Summary;
use crate::survey::Survey;
use crate::text::{count, list, visible};
use crate::{Status, Streams};

/// Compare the enums and models with the migrations
///
/// Models are structs under `PgModel`, `sqlx::FromRow`, Diesel's derives and SeaORM's `DeriveEntityModel`, and Diesel's `table!`.
///
/// The folders of the migrations are those that the configuration, the source or a tool's own files name, or else
/// the usual ones. The last line says what was looked at.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// Report this warning as an error; repeat the option for several
    #[arg(long, value_enum, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<Warning>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The problems that are warnings by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Warning {
    /// A label that only the migrations have
    Extra,
    /// A column that can be NULL, and is read as one that cannot
    ColumnNull,
}

impl Warning {
    fn code(self) -> &'static str {
        match self {
            Self::Extra => "extra",
            Self::ColumnNull => "column-null",
        }
    }
}

/// Migrations in Rust that have a line of their own.
const FILES: usize = 5;

/// The largest number of enums that are reported as not compared, one line each.
const MOST: usize = 50;

/// Tables that one line names.
const TABLES: usize = 10;

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.scope.project_or_tree(streams)?;
    let memory = Memory::new("check", &project, &format!("{arguments:?}"), streams);
    memory.recall_or(streams, |streams| check(&project, arguments, streams))
}

fn check(
    project: &Project,
    arguments: &Arguments,
    streams: &mut Streams<'_>,
) -> Result<(Status, Inputs), Failure> {
    let mut survey = Survey::of(project, &arguments.scope.overrides, streams)?;
    if let Some(failure) = survey.failures.pop() {
        return Err(failure);
    }
    note_not_compared(&survey, streams);
    note_models(&survey, streams);
    note_assumed(&survey, streams);
    let mut problems = std::mem::take(&mut survey.problems);
    for problem in &mut problems {
        if arguments.deny.iter().any(|warning| warning.code() == problem.code) {
            problem.severity = Severity::Error;
        }
    }
    let summary = Summary::of(&survey, &problems);
    arguments.format.print_report(&problems, &summary, streams)?;
    let is_clean = problems.iter().all(|problem| problem.severity != Severity::Error);
    let inputs = Inputs { sources: survey.sources, folders: survey.folders.into_read() };
    Ok((if is_clean { Status::Clean } else { Status::Findings }, inputs))
}

/// Says which migrations in Rust are taken to be run.
fn note_assumed(survey: &Survey, streams: &mut Streams<'_>) {
    let contents = survey.folders.iter().filter_map(|folder| folder.contents.as_ref());
    let files: Vec<_> = contents
        .flat_map(|contents| {
            let root = &contents.replayed.folder.root;
            contents.replayed.assumed_rust().into_iter().map(|path| root.join(path))
        })
        .collect();
    for file in files.iter().take(FILES) {
        streams.note(&format!(
            "{}:1: it is unknown whether a runner calls this migration in Rust; the SQL in its literals is assumed to run",
            visible(&file.to_string_lossy())
        ));
    }
    if let Some(more @ 1..) = files.len().checked_sub(FILES) {
        streams.note(&format!("the same applies to {}", count(more, "more migration")));
    }
}

/// Reports why enums are not compared, except for reasons that are deliberate.
fn note_not_compared(survey: &Survey, streams: &mut Streams<'_>) {
    let worth_a_line = survey.rows.iter().filter_map(|row| {
        let reason = row.reason().filter(|reason| Reason::is_worth_a_line(reason))?;
        // Those of one macro are not compared for one reason.
        let alike = survey
            .rows
            .iter()
            .filter(|other| matches!(reason, Reason::Macro(_)) && other.reason() == Some(reason));
        let mut alike = alike.peekable();
        if alike.peek().is_some_and(|first| !std::ptr::eq(*first, row)) {
            return None;
        }
        let file = row.at.path();
        let (at, path) = (visible(&file.to_string_lossy()), visible(&row.path));
        let are = match alike.count() {
            0 | 1 => "is not compared".to_owned(),
            several => format!("and {} are not compared", count(several - 1, "more enum")),
        };
        Some(format!("{at}:{}: {path} {are}: {reason}", row.at.at.line()))
    });
    let lines: Vec<String> = worth_a_line.collect();
    for line in lines.iter().take(MOST) {
        streams.note(line);
    }
    if let Some(more @ 1..) = lines.len().checked_sub(MOST) {
        streams.note(&format!("{more} more are not compared: `cargo pg-enum list` says why"));
    }
}

/// Reports why models are not compared: those of one reason in one line.
fn note_models(survey: &Survey, streams: &mut Streams<'_>) {
    let mut lines: Vec<Vec<(&models::Reason, &models::Row)>> = Vec::new();
    for row in &survey.models {
        let Some(reason) = row.reason().filter(|reason| reason.is_worth_a_line()) else { continue };
        match lines.iter_mut().find(|line| line[0].0.is_alike(reason)) {
            Some(line) => line.push((reason, row)),
            None => lines.push(vec![(reason, row)]),
        }
    }
    for line in lines.iter().take(MOST) {
        let (reason, row) = line[0];
        let (at, path) = (visible(&row.at.path().to_string_lossy()), visible(&row.path));
        let are = match line.len() {
            1 => "is not compared".to_owned(),
            all => format!("and {} are not compared", count(all - 1, "more model")),
        };
        let mut tables: Vec<&str> = line.iter().filter_map(|(reason, _)| reason.table()).collect();
        tables.sort_unstable();
        tables.dedup();
        let reason = match reason {
            models::Reason::Unknown { why, .. } => models::Reason::Unknown {
                table: list(tables.into_iter().map(str::to_owned), TABLES),
                why: why.clone(),
            },
            reason => reason.clone(),
        };
        streams.note(&format!("{at}:{}: {path} {are}: {reason}", row.at.at.line()));
    }
    if let Some(more @ 1..) = lines.len().checked_sub(MOST) {
        let reasons = count(more, "more reason");
        streams.note(&format!(
            "models are not compared for {reasons}: `cargo pg-enum list --models` says why"
        ));
    }
}
