//! `cargo pg-enum online`: replaces types while the application reads and writes their columns.

mod execute;
mod print;
mod read;

use pg_enum_core::Definition;
use pg_enum_core::plan::{Plan, Step};
use sqlx::Connection;

use self::execute::Change;
use self::read::Survey;
use crate::database::{Database, Session};
use crate::effects;
use crate::enums::Derived;
use crate::failure::Failure;
use crate::live_plan::{self, Planning};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::project::Selection;
use crate::text::{count, visible};
use crate::{Status, Streams, output, print};

/// Replace types in a database while it is in use
///
/// Run it before the migration that `generate` writes, which then has nothing to do. It needs no long lock,
/// and continues where an earlier run was interrupted.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    database: Database,
    /// Also remove labels or change rows
    #[arg(long)]
    allow_destructive: bool,
    /// About how many rows to update in one transaction
    #[arg(long, value_name = "ROWS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    batch_rows: u64,
    /// Wait at most this many seconds for a lock that other sessions wait behind, and try again later
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    lock_timeout: f64,
    /// Update rows even if that fires triggers of the application
    #[arg(long)]
    fire_triggers: bool,
    /// Remove what interrupted runs have made, and change nothing
    #[arg(long)]
    abort: bool,
}

/// In milliseconds.
const DEFAULT_LOCK_TIMEOUT: u64 = 2000;

const NOTHING: &str = "no type has to be replaced";

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.001..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("not between 0.001 and 86400".to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let planned = planned(&enums);
    let mistakes: Vec<_> = enums.iter().flat_map(Derived::mistakes).collect();
    if !mistakes.is_empty() {
        return findings(&mistakes, enums.len(), streams);
    }
    let parts: Vec<_> = planned.iter().map(|derived| derived.model.parts()).collect();
    let definitions: Vec<Definition<'_>> = parts.iter().map(|parts| parts.definition()).collect();
    let progress = Progress::new(streams.progress, "planning");
    let options = arguments.database.options()?;
    let problems = arguments.database.with(async |connection| {
        let other = arguments.database.connect(&options).await?;
        let mut change = Change {
            connection,
            other,
            database: (&arguments.database, &options),
            progress: &progress,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            lock_timeout: (arguments.lock_timeout * 1000.0) as u64,
            batch_rows: arguments.batch_rows,
            fire_triggers: arguments.fire_triggers,
        };
        let done = carry_out(&mut change, arguments, &planned, &definitions, streams).await;
        // The next run needs the lock that it holds.
        let _ = change.other.close().await;
        done
    })?;
    drop(progress);
    if problems.is_empty() { Ok(Status::Clean) } else { findings(&problems, enums.len(), streams) }
}

/// Changes the types, or removes what earlier runs have made. Returns what prevents it.
async fn carry_out(
    change: &mut Change<'_>,
    arguments: &Arguments,
    planned: &[&Derived],
    definitions: &[Definition<'_>],
    streams: &mut Streams<'_>,
) -> Result<Vec<Problem>, Failure> {
    if arguments.abort {
        change.abort(definitions, streams).await?;
        return Ok(Vec::new());
    }
    let Planning { plans, problems, .. } =
        live_plan::plans(change.connection, planned, None).await?;
    read::end(change.connection).await?;
    if !problems.is_empty() {
        return Ok(problems);
    }
    let refusal = effects::refusal(
        plans.iter().flat_map(|plan| &plan.steps),
        "see the SQL with `cargo pg-enum diff --online --allow-destructive`, and add --allow-destructive",
    );
    if let Some(refusal) = refusal.filter(|_| !arguments.allow_destructive) {
        return Err(refusal);
    }
    let problems = change.all(planned, definitions, streams).await?;
    if problems.is_empty() {
        left_to_migrations(&plans, streams);
    }
    Ok(problems)
}

/// The enums whose types the package itself defines.
pub(super) fn planned(enums: &[Derived]) -> Vec<&Derived> {
    enums.iter().filter(|derived| derived.is_valid() && !derived.model.external).collect()
}

/// Prints what is left of each change, and runs nothing. The session may be in a transaction that has read, which ends.
pub(super) fn show(
    session: &mut Session,
    enums: &[&Derived],
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let parts: Vec<_> = enums.iter().map(|derived| derived.model.parts()).collect();
    let definitions: Vec<Definition<'_>> = parts.iter().map(|parts| parts.definition()).collect();
    let survey = session.run(async |connection| {
        read::end(connection).await?;
        read::survey(connection, enums, &definitions, false).await
    })?;
    let Survey { plans, problems, .. } = survey;
    if !problems.is_empty() {
        return findings(&problems, enums.len(), streams);
    }
    if plans.is_empty() {
        say(NOTHING, streams)?;
        return Ok(Status::Clean);
    }
    print(streams, |out| {
        plans.iter().try_for_each(|plan| print::print(plan, DEFAULT_LOCK_TIMEOUT, out))
    })?;
    Ok(Status::Findings)
}

/// Prints what prevents a change.
pub(super) fn findings(
    problems: &[Problem],
    enums: usize,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    output::Format::Text.print(problems, streams)?;
    let problems = count(problems.len(), "problem");
    let _ = writeln!(streams.err, "{problems} in {}", count(enums, "enum"));
    Ok(Status::Findings)
}

/// The steps that need no replacement are left to migrations.
fn left_to_migrations(plans: &[Plan], streams: &mut Streams<'_>) {
    let left: Vec<String> = plans
        .iter()
        .flat_map(|plan| &plan.steps)
        .filter(|step| !matches!(step, Step::ReplaceType(_)))
        .map(|step| step.summary().to_string())
        .collect();
    if !left.is_empty() {
        streams.note(&format!(
            "{} not carried out, because ALTER TYPE can do it without a long lock: {}",
            count(left.len(), "change"),
            left.join("; ")
        ));
    }
}

/// Prints a line about what was done.
fn say(line: &str, streams: &mut Streams<'_>) -> Result<(), Failure> {
    print(streams, |out| writeln!(out, "{}", visible(line)))
}
