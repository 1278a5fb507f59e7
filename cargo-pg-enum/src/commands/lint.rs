//! `cargo pg-enum lint`: mistakes in migrations of enums.

use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pg_enum_lint::Severity;

use crate::codes;
use crate::failure::Failure;
use crate::lint::{Baseline, Found, Levels, Settings, Summary, fix};
use crate::lint_config::Level;
use crate::output::Format;
use crate::problem::Problem;
use crate::project::Scope;
use crate::text::{count, visible};
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
    let requests = arguments.scope.requests(streams)?;
    if requests.is_empty() {
        return Err(Failure::new("no migrations are found").with_help(
            "name the folder with --migrations DIR, or with `migrations` in pg-enum.toml, in `[tool.pg-enum]` of \
             pyproject.toml, or in `[package.metadata.pg-enum]` of Cargo.toml",
        ));
    }
    let config = requests.iter().find_map(|request| request.lint.clone()).unwrap_or_default();
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let path = arguments.baseline.as_ref().or(config.baseline.as_ref());
    let baseline = match path {
        Some(path) => Baseline::read(path)?,
        None if arguments.update_baseline => {
            return Err(Failure::new("no baseline is named").with_help("add --baseline FILE"));
        }
        None => None,
    };
    if let (Some(path), None, false) = (path, &baseline, arguments.update_baseline) {
        let shown = visible(&path.to_string_lossy());
        return Err(Failure::new(format!("the baseline {shown} does not exist"))
            .with_help("write one with --update-baseline"));
    }
    let models = arguments.scope.python_tree();
    let known = baseline.as_ref().zip(path.map(PathBuf::as_path));
    let settings = Settings { config: &config, levels, today, models, baseline: known };
    let mut found = Found::look(&requests, &settings, streams)?;
    if arguments.fix {
        found = fix(found, &requests, &settings, streams)?;
    }
    if let Some(path) = path.filter(|_| arguments.update_baseline) {
        update(baseline.as_ref(), path, &mut found, streams)?;
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

/// Writes the baseline if there is none, and else removes from it what is no longer found.
fn update(
    baseline: Option<&Baseline>,
    path: &Path,
    found: &mut Found,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let shown = visible(&path.to_string_lossy());
    match baseline {
        None => {
            let baseline = Baseline::of(found.problems(), path);
            baseline.write(path)?;
            streams
                .note(&format!("{shown} is written, with {}", count(baseline.count(), "finding")));
            (found.in_baseline, found.stale) = baseline.take_from(&mut found.reported, path);
        }
        Some(baseline) => {
            let stale = std::mem::take(&mut found.stale);
            if stale.count() > 0 {
                baseline.without(&stale).write(path)?;
                streams.note(&format!("removed from {shown}: {} no longer found", stale.count()));
            }
        }
    }
    Ok(())
}
