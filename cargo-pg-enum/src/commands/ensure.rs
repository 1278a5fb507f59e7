//! `cargo pg-enum ensure`: creates missing types and adds missing labels.

use std::time::Duration;

use pg_enum::live::{Ensure, Error, Report};

use super::verify::conclude;
use crate::database::Database;
use crate::failure::Failure;
use crate::live::{Extra, Tolerance, failure, problem, with_set};
use crate::output::Format;
use crate::problem::Problem;
use crate::project::Selection;
use crate::text::visible;
use crate::{Status, Streams, print};

/// Create missing types in a database
///
/// Missing labels are also added, all in one transaction under one lock.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    tolerance: Tolerance,
    /// Whether types may have labels that their enums lack
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = Extra::Allowed)]
    extra_labels: Extra,
    /// Create missing types, but add no labels to existing types
    #[arg(long)]
    no_add_labels: bool,
    /// Stop if a lock is not free after this many seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    lock_timeout: u64,
    /// Stop if a statement takes longer than this many seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    statement_timeout: u64,
    /// Print the problems in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let options = Ensure::new()
        .policy(arguments.tolerance.policy(arguments.extra_labels))
        .add_labels(!arguments.no_add_labels)
        .lock_timeout(Duration::from_secs(arguments.lock_timeout))
        .statement_timeout(Duration::from_secs(arguments.statement_timeout));
    let problems = |report: &Report| -> Vec<Problem> {
        let left = report.disagreements().iter().filter(|found| !found.tolerated);
        left.filter_map(|found| problem(&enums, found)).collect()
    };
    let (done, mut problems) = with_set(&enums, |set| {
        arguments.database.with(async |connection| {
            match set.ensure_with(&options, connection).await {
                Ok(ensured) => Ok((ensured.steps, Vec::new())),
                Err(Error::Drift(report)) => Ok((Vec::new(), problems(&report))),
                Err(Error::Partly { done, left, source }) => match *source {
                    Error::Drift(report) => Ok((done, problems(&report))),
                    source => {
                        let source = Box::new(source);
                        Err(failure(&Error::Partly { done, left, source }))
                    }
                },
                Err(error) => Err(failure(&error)),
            }
        })
    })?;
    let (steps, left) = done;
    problems.extend(left);
    if arguments.format == Format::Text {
        print(streams, |out| steps.iter().try_for_each(|step| writeln!(out, "{}", visible(step))))?;
    }
    arguments.format.print(&problems, streams)?;
    conclude(arguments.format, enums.len(), &problems, streams)
}
