//! `cargo pg-enum verify`: compares a database with the enums.

use crate::database::Database;
use crate::failure::Failure;
use crate::live::{Extra, Tolerance, failure, problem, with_set};
use crate::output::Format;
use crate::problem::Problem;
use crate::project::Selection;
use crate::text::count;
use crate::{Status, Streams, print};

/// Compare the enums with a database
///
/// Reports each type that is missing or differs, with the SQL that fixes it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    tolerance: Tolerance,
    /// Whether types may have labels that their enums lack
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = Extra::Refused)]
    extra_labels: Extra,
    /// Also search rows for removed labels; this may read whole tables
    #[arg(long)]
    rows: bool,
    /// Print the problems in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let policy = arguments.tolerance.policy(arguments.extra_labels).rows(arguments.rows);
    let (report, mut problems) = with_set(&enums, |set| {
        arguments.database.with(async |connection| {
            set.report(&policy, connection).await.map_err(|error| failure(&error))
        })
    })?;
    let disagreements = report.disagreements().iter().filter(|found| !found.tolerated);
    problems.extend(disagreements.filter_map(|found| problem(&enums, found)));
    arguments.format.print(&problems, streams)?;
    conclude(arguments.format, enums.len(), &problems, streams)
}

/// The last line, and the exit code.
pub(super) fn conclude(
    format: Format,
    enums: usize,
    problems: &[Problem],
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let enums_text = count(enums, "enum");
    if problems.is_empty() {
        if format == Format::Text {
            let verb = if enums == 1 { "agrees" } else { "agree" };
            match enums {
                0 => print(streams, |out| writeln!(out, "no enum derives `PgEnum`"))?,
                _ => print(streams, |out| writeln!(out, "{enums_text} {verb} with the database"))?,
            }
        }
        return Ok(Status::Clean);
    }
    if format == Format::Text {
        let problems = count(problems.len(), "problem");
        // An error here is not important.
        let _ = writeln!(streams.err, "{problems} in {enums_text}");
    }
    Ok(Status::Findings)
}
