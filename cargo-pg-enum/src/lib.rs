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
mod commands;
mod compare;
mod config;
mod database;
mod database_url;
mod ddl;
mod dependents;
mod discovery;
mod effects;
mod enums;
mod excerpt;
mod failure;
mod files;
mod folders;
mod foreign;
mod import;
mod live;
mod live_plan;
mod manifest;
mod memory;
mod migrations;
mod model;
mod models;
mod not_compared;
mod offline;
mod output;
mod paths;
mod placeholders;
mod preflight;
mod problem;
mod progress;
mod project;
mod record;
mod rehearsal;
mod report;
mod retired;
mod row;
mod runner;
mod server;
mod summary;
mod survey;
mod target;
mod text;

use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use annotate_snippets::renderer::{DEFAULT_NOTE_STYLE, Style};
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::failure::Failure;
use crate::text::visible;

/// Keep Rust enums, PostgreSQL migrations and databases in agreement
#[derive(Parser)]
#[command(name = "cargo-pg-enum", bin_name = "cargo pg-enum", version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 no findings, 1 findings, 2 could not run. Warnings of `check` are not findings.";

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

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Failed => 2,
        })
    }
}

/// Runs the command in the arguments. The first argument is the program's name; the second may be `pg-enum`, as cargo
/// passes it.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Status {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_some_and(|arg| arg == "pg-enum") {
        args.remove(1);
    }
    let mut command = Arguments::command();
    // This adds clap's own command `help`, whose description is longer than the others.
    command.build();
    let parsed = command
        .mut_subcommand("help", |help| help.about("Print help for a command"))
        .try_get_matches_from(args)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let done = match parsed {
        Ok(Arguments { command }) => command.run(streams),
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
