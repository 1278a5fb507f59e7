//! The subcommands, one file each.

mod adopt;
mod check;
mod diff;
mod dry_run;
mod ensure;
mod explain;
mod generate;
mod import;
mod init;
mod lint;
mod list;
mod online;
mod preflight;
mod record;
mod smoke;
mod sql;
mod stamp;
mod state;
mod verify;

use clap::{Subcommand, ValueEnum};

use crate::failure::Failure;
use crate::text::visible;
use crate::{Status, Streams};

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(check::Arguments),
    Lint(lint::Arguments),
    Explain(explain::Arguments),
    Generate(generate::Arguments),
    Diff(diff::Arguments),
    Online(online::Arguments),
    Record(record::Arguments),
    List(list::Arguments),
    Sql(sql::Arguments),
    State(state::Arguments),
    Verify(verify::Arguments),
    Ensure(ensure::Arguments),
    Smoke(smoke::Arguments),
    Preflight(preflight::Arguments),
    DryRun(dry_run::Arguments),
    Stamp(stamp::Arguments),
    Import(import::Arguments),
    Adopt(adopt::Arguments),
    Init(init::Arguments),
}

impl Command {
    pub(crate) fn run(&self, streams: &mut Streams<'_>) -> Result<Status, Failure> {
        match self {
            Self::Check(arguments) => check::run(arguments, streams),
            Self::Lint(arguments) => lint::run(arguments, streams),
            Self::Explain(arguments) => explain::run(arguments, streams),
            Self::Generate(arguments) => generate::run(arguments, streams),
            Self::Diff(arguments) => diff::run(arguments, streams),
            Self::Online(arguments) => online::run(arguments, streams),
            Self::Record(arguments) => record::run(arguments, streams),
            Self::List(arguments) => list::run(arguments, streams),
            Self::Sql(arguments) => sql::run(arguments, streams),
            Self::State(arguments) => state::run(arguments, streams),
            Self::Verify(arguments) => verify::run(arguments, streams),
            Self::Ensure(arguments) => ensure::run(arguments, streams),
            Self::Smoke(arguments) => smoke::run(arguments, streams),
            Self::Import(arguments) => import::run(arguments, streams),
            Self::Preflight(arguments) => preflight::run(arguments, streams),
            Self::DryRun(arguments) => dry_run::run(arguments, streams),
            Self::Stamp(arguments) => stamp::run(arguments, streams),
            Self::Adopt(arguments) => adopt::run(arguments, streams),
            Self::Init(arguments) => init::run(arguments, streams),
        }
    }
}

/// The formats of output other than problems.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// One JSON array for programs
    Json,
}

/// Asks a question, which whoever says nothing denies.
fn ask(what: &str, streams: &mut Streams<'_>) -> Result<bool, Failure> {
    let _ = write!(streams.err, "{}? [y/N] ", visible(what));
    let _ = streams.err.flush();
    let mut answer = String::new();
    if let Some(input) = &mut streams.input {
        input
            .read_line(&mut answer)
            .map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
    }
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
