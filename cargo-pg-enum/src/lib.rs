//! The command line `cargo pg-enum`, as a function: [`run`] takes the arguments and the streams, so that a test needs
//! no process. Replay is in `pg-enum-migrations`; this crate contains arguments, output and exit codes.
//!
//! Each subcommand is a file in `commands` with its arguments and `run`.

mod accept;
mod adopt;
mod assumption;
mod base;
mod catalog;
mod code;
mod codes;
mod commands;
mod compare;
mod config;
mod database;
mod database_url;
mod ddl;
mod dependents;
mod discovery;
mod earlier;
mod effects;
mod enums;
mod excerpt;
mod failure;
mod files;
mod folders;
mod foreign;
mod import;
mod lint;
mod lint_config;
mod live;
mod live_plan;
mod manifest;
mod memory;
mod metrics;
mod migrations;
mod model;
mod models;
mod not_compared;
mod offline;
mod output;
mod outside;
mod paths;
mod placeholders;
mod preflight;
mod problem;
mod progress;
mod project;
mod python;
mod record;
mod rehearsal;
mod report;
mod retired;
mod row;
mod runner;
mod server;
mod setting;
mod settings;
mod summary;
mod survey;
mod target;
mod text;

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use annotate_snippets::renderer::{DEFAULT_NOTE_STYLE, Style};
use anstream::{AutoStream, ColorChoice};
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::failure::Failure;
pub use crate::metrics::Metrics;
use crate::text::visible;

/// Keep Rust enums, PostgreSQL migrations and databases in agreement
#[derive(Parser)]
#[command(name = "cargo-pg-enum", bin_name = "cargo pg-enum", version, after_help = EXIT_CODES)]
struct Arguments {
    /// Write durations and counts to this file, as OpenMetrics text
    #[arg(long, global = true, value_name = "FILE")]
    metrics: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 no findings, 1 findings, 2 could not run. Warnings of `check` and `lint` are not findings.";

/// The streams for output, and their properties.
pub struct Streams<'a> {
    /// Standard output: only the result.
    pub out: &'a mut dyn Write,
    /// Standard error: findings, errors, progress.
    pub err: &'a mut dyn Write,
    /// Standard input, if it is a terminal.
    pub input: Option<&'a mut dyn BufRead>,
    /// Whether standard output supports colour escape sequences.
    pub out_color: bool,
    /// Whether standard error supports colour escape sequences.
    pub err_color: bool,
    /// Whether to show progress, on the standard error of the process.
    pub progress: bool,
    /// What is measured on the way.
    pub metrics: Metrics,
}

impl Streams<'_> {
    /// Prints a note.
    fn note(&mut self, text: &str) {
        let style = if self.err_color { DEFAULT_NOTE_STYLE } else { Style::new() };
        // An error here is not important.
        let _ = writeln!(self.err, "{style}note{style:#}: {}", visible(text));
    }

    /// A line that belongs to the note before.
    fn line(&mut self, text: &str) {
        // An error here is not important.
        let _ = writeln!(self.err, "  {}", visible(text));
    }
}

/// The result: the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing to report: 0.
    Clean,
    /// There are findings: 1.
    Findings,
    /// The command failed: 2.
    Failed,
}

impl Status {
    fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status.code())
    }
}

/// What is run as a program: `cargo-pg-enum`, and `pg-enum` for projects without cargo.
#[must_use]
pub fn main() -> ExitCode {
    let color = |choice| choice != ColorChoice::Never;
    // Standard output may contain data, which must not be changed.
    let mut out = io::stdout().lock();
    let mut err = anstream::stderr();
    let mut input = io::stdin().is_terminal().then(|| io::stdin().lock());
    let mut streams = Streams {
        out_color: color(AutoStream::choice(&out)),
        err_color: color(err.current_choice()),
        progress: io::stderr().is_terminal(),
        out: &mut out,
        err: &mut err,
        input: input.as_mut().map(|input| input as &mut dyn BufRead),
        metrics: Metrics::default(),
    };
    run(env::args_os(), &mut streams).into()
}

/// Runs the command in the arguments. The first argument is the program's name; the second may be `pg-enum`, as cargo
/// passes it.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Status {
    let started = Instant::now();
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|arg| arg == "pg-enum") {
        args.remove(1);
    }
    let mut command = Arguments::command();
    if args
        .first()
        .is_some_and(|program| Path::new(program).file_stem() == Some("pg-enum".as_ref()))
    {
        command = command.name("pg-enum").bin_name("pg-enum");
    }
    // This adds clap's own command `help`, whose description is longer than the others.
    command.build();
    let parsed = command
        .mut_subcommand("help", |help| help.about("Print help for a command"))
        .try_get_matches_from(args)
        .and_then(|matches| {
            let name = matches.subcommand_name().unwrap_or_default().to_owned();
            Ok((Arguments::from_arg_matches(&matches)?, name))
        });
    let done = match parsed {
        Ok((Arguments { command, metrics }, name)) => {
            let done = command.run(streams);
            match metrics {
                Some(path) => with_metrics(done, &path, &name, started.elapsed(), streams),
                None => done,
            }
        }
        Err(error) => print_usage(&error, streams),
    };
    match done {
        Ok(status) => status,
        Err(failure) => {
            failure.print(streams);
            Status::Failed
        }
    }
}

/// Writes what is measured. A command that failed is reported before a file that cannot be written.
fn with_metrics(
    done: Result<Status, Failure>,
    path: &Path,
    command: &str,
    took: Duration,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let status = *done.as_ref().unwrap_or(&Status::Failed);
    let written = streams.metrics.write(path, command, status.code(), took);
    match (done, written) {
        (Err(failure), Err(second)) => {
            second.print(streams);
            Err(failure)
        }
        (done, written) => done.and_then(|status| written.map(|()| status)),
    }
}

/// Prints clap's output: help, the version, or an error in the arguments.
fn print_usage(error: &clap::Error, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let text = error.render();
    if error.use_stderr() {
        let text = if streams.err_color { text.ansi().to_string() } else { text.to_string() };
        // There is nowhere else to say that this failed.
        let _ = write!(streams.err, "{text}");
        return Ok(Status::Failed);
    }
    let text = if streams.out_color { text.ansi().to_string() } else { text.to_string() };
    print(streams, |out| write!(out, "{text}"))?;
    Ok(Status::Clean)
}

/// Writes to standard output. If the reader closes the pipe (`| head`), this is not a failure.
fn print(
    streams: &mut Streams<'_>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(&mut *streams.out);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => {
            // After a failure, the rest of the buffer has no reader, so it is dropped.
            drop(out.into_parts());
            Ok(())
        }
    }
}
