//! `cargo pg-enum lint`: mistakes in migrations of enums.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pg_enum_lint::Severity;

use crate::codes;
use crate::failure::Failure;
use crate::lint::{Base, Baselines, Found, Levels, Settings, Summary, fix};
use crate::lint_config::Level;
use crate::migrations::Request;
use crate::output::Format;
use crate::paths::tidy;
use crate::problem::Problem;
use crate::project::Scope;
use crate::text::visible;
use crate::{Status, Streams};

/// Find mistakes in migrations of enums
///
/// Reads migrations in SQL and Alembic's revisions; no database and no Python is needed. `explain` says what a code means.
///
/// A comment accepts a finding on its line, or on the next one: `-- pg-enum: allow CODE: reason`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// Report this as an error; `warnings` means all warnings
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<String>,
    /// Report this as a warning, even if it is off by default
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    warn: Vec<String>,
    /// Do not report this
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Change the files where that is safe
    #[arg(long)]
    fix: bool,
    /// Report new migrations that come before one of this commit, such as origin/main
    #[arg(long, value_name = "COMMIT")]
    base: Option<Base>,
    /// Do not report the findings in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the baseline if there is none; otherwise remove what is no longer found
    #[arg(long)]
    update_baseline: bool,
    /// List the findings that comments and exceptions accept
    #[arg(long)]
    suppressed: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// All warnings, for `--deny`.
const WARNINGS: &str = "warnings";

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let started = Instant::now();
    let levels = arguments.levels()?;
    let (requests, models) = arguments.scope.requests_and_tree(streams)?;
    let requests = distinct(requests)?;
    if requests.is_empty() {
        return Err(Failure::new("no migrations are found").with_help(
            "name the folder with --migrations DIR, or with `migrations` in pg-enum.toml, in `[tool.pg-enum]` of \
             pyproject.toml, or in `[package.metadata.pg-enum]` of Cargo.toml",
        ));
    }
    let baselines =
        Baselines::read(&requests, arguments.baseline.as_deref(), arguments.update_baseline)?;
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let base = arguments.base.clone();
    let settings = Settings { levels, today, models, baselines, base };
    let mut found = Found::look(&requests, &settings, streams)?;
    if arguments.fix {
        found = fix(found, &requests, &settings, streams)?;
    }
    if arguments.update_baseline {
        settings.baselines.update(&mut found, streams)?;
    }
    let mut problems: Vec<Problem> = found.problems().cloned().collect();
    if arguments.deny.iter().any(|code| code == WARNINGS) {
        for problem in problems.iter_mut().filter(|it| it.severity == Severity::Warning) {
            problem.severity = Severity::Error;
        }
    }
    if arguments.suppressed {
        for it in &found.suppressed {
            let until = it.until.map(|day| format!(" until {day}")).unwrap_or_default();
            streams.note(&format!(
                "{}:{}: {} is accepted{until}: {}",
                it.file, it.line, it.code, it.reason
            ));
        }
    }
    let summary = Summary::of(&found, &problems, started.elapsed());
    arguments.format.print_report(&problems, &summary, streams)?;
    let is_clean = problems.iter().all(|problem| problem.severity != Severity::Error);
    Ok(if is_clean { Status::Clean } else { Status::Findings })
}

impl Arguments {
    fn levels(&self) -> Result<Levels, Failure> {
        let mut levels = Levels::new();
        let given = [
            (&self.deny, Level::At(Severity::Error)),
            (&self.warn, Level::At(Severity::Warning)),
            (&self.allow, Level::Off),
        ];
        for (codes, level) in given {
            let is_all = |code: &String| code == WARNINGS && level == Level::At(Severity::Error);
            for code in codes.iter().filter(|code| !is_all(code)) {
                let code = codes::find(code).map_err(|error| {
                    Failure::new(error).with_help("`cargo pg-enum explain` lists all codes")
                })?;
                levels.insert(code, level);
            }
        }
        Ok(levels)
    }
}

/// Each folder once.
///
/// # Errors
///
/// If packages share one, and say differently how it is looked at.
fn distinct(requests: Vec<Request>) -> Result<Vec<Request>, Failure> {
    let mut known: Vec<(PathBuf, Request)> = Vec::new();
    for request in requests {
        let path = fs::canonicalize(&request.dir).unwrap_or_else(|_| request.dir.clone());
        let other = known.iter().find(|(other, _)| *other == path);
        if other.is_some_and(|(_, other)| !other.reads_like(&request)) {
            let shown = visible(&tidy(&request.dir).to_string_lossy());
            let message = format!("two packages share {shown}, and configure it differently");
            return Err(Failure::new(message)
                .with_help("configure it once, in `[workspace.metadata.pg-enum]`"));
        }
        if other.is_none() {
            known.push((path, request));
        }
    }
    Ok(known.into_iter().map(|(_, request)| request).collect())
}
