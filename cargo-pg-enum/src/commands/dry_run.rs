//! `cargo pg-enum dry-run`: runs the pending migrations without a lasting effect.

use std::time::Duration;

use crate::failure::Failure;
use crate::output::Format;
use crate::rehearsal::{Outcome, on_target, own_server};
use crate::target::{Limits, Target};
use crate::text::count;
use crate::{Status, Streams, print};

/// Run pending migrations on a copy
///
/// Starts a temporary PostgreSQL server, copies the target's schema to it, and removes it afterwards.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Run them on the target itself, in one transaction that is rolled back
    #[arg(long)]
    on_target: bool,
    /// Treat the migrations up to this one as applied, and ignore the recorded ones
    #[arg(long, value_name = "VERSION")]
    at: Option<String>,
    #[command(flatten)]
    wishes: own_server::Wishes,
    /// Stop a statement that takes longer than this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    statement_timeout: u64,
    /// Stop a statement that waits for a lock longer than this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    lock_timeout: u64,
    /// Print the problems in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let Arguments { target, on_target, at, wishes, statement_timeout, lock_timeout, format } =
        arguments;
    let migrations = target.migrations(streams)?;
    let at = at.as_deref();
    let limits = Limits {
        statement: Duration::from_secs(*statement_timeout),
        lock: Duration::from_secs(*lock_timeout),
    };
    let outcome = if *on_target {
        streams.note(
            "the migrations hold their locks on the target until the rollback; other sessions \
             wait for them",
        );
        target.database.with(async |connection| {
            on_target::rehearse(connection, target, &migrations, at, limits).await
        })?
    } else {
        own_server::rehearse(target, &migrations, at, limits, wishes, streams)?
    };
    let Outcome { problems, total, done, is_refused } = outcome;
    for ran in &done {
        streams.metrics.add_migration(&ran.version, ran.took);
    }
    format.print(&problems, streams)?;
    if *format == Format::Text {
        let migrations = count(total, "migration");
        let after = if *on_target {
            "everything is rolled back"
        } else {
            "the temporary server is \
                                     removed"
        };
        if is_refused {
            let _ = writeln!(streams.err, "nothing was run");
        } else if problems.is_empty() {
            let told = if total == 0 {
                "nothing is pending".to_owned()
            } else {
                format!("{migrations} ran, the enums match the migrations, and {after}")
            };
            print(streams, |out| writeln!(out, "{told}"))?;
        } else {
            let _ = writeln!(streams.err, "{} of {migrations} ran, and {after}", done.len());
        }
    }
    Ok(if problems.is_empty() { Status::Clean } else { Status::Findings })
}
