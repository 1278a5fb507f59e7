//! `cargo pg-enum preflight`: finds problems that pending migrations would have.

use std::time::Duration;

use annotate_snippets::Renderer;

use super::Format;
use crate::failure::Failure;
use crate::preflight::{Preflight, examine, write_json, write_text};
use crate::problem::Severity;
use crate::report::render;
use crate::target::{Limits, Target};
use crate::{Status, Streams, print};

/// Examine a database before migrations run
///
/// Only reads: shows what the pending migrations would do to the enums, and what would stop them.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Treat the migrations up to this one as applied, and ignore the recorded ones
    #[arg(long, value_name = "VERSION")]
    at: Option<String>,
    /// Report transactions that are open for longer than this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    long_transaction: u64,
    /// Print the output in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Each query takes milliseconds, and waits only if a catalog is locked.
const LIMITS: Limits = Limits { statement: Duration::from_secs(15), lock: Duration::from_secs(2) };

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let Arguments { target, at, long_transaction, format } = arguments;
    let migrations = target.migrations(streams)?;
    let long = Duration::from_secs(*long_transaction);
    let preflight = target.database.with(async |connection| {
        examine(connection, target, &migrations, at.as_deref(), LIMITS, long).await
    })?;
    streams.metrics.add_findings(preflight.findings.iter().map(|finding| &finding.problem));
    match format {
        Format::Json => print(streams, |out| write_json(&preflight, out))?,
        Format::Text => {
            print(streams, |out| write_text(&preflight, out))?;
            print_findings(&preflight, streams);
        }
    }
    let worst = preflight.findings.iter().map(|finding| finding.problem.severity).min();
    Ok(match worst {
        Some(Severity::Error | Severity::Warning) => Status::Findings,
        Some(Severity::Note) | None => Status::Clean,
    })
}

fn print_findings(preflight: &Preflight, streams: &mut Streams<'_>) {
    let renderer = if streams.err_color { Renderer::styled() } else { Renderer::plain() };
    for finding in &preflight.findings {
        let text = render(&finding.problem, &renderer);
        // An error here is not important.
        let _ = writeln!(streams.err, "\n{text}");
    }
    // An error here is not important.
    let _ = writeln!(streams.err, "\n{}", preflight.summary());
}
