//! `cargo pg-enum lint`: mistakes in migrations of enums.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pg_enum_lint::{Fix, Severity};

use crate::codes;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::lint::{Baseline, Found, Levels, Settings, Summary};
use crate::lint_config::{Level, LintConfig};
use crate::migrations::Request;
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
    let settings = Settings { config: &config, levels, today };
    let mut found = Found::look(&requests, &settings, streams)?;
    if arguments.fix {
        found = fix(found, &requests, &settings, streams)?;
    }
    if let Some(root) = arguments.scope.python_tree() {
        found.add_models(&root, &requests, &settings, streams);
    }
    let mut problems = std::mem::take(&mut found.problems);
    let (in_baseline, stale) = arguments.compare_with_baseline(&config, &mut problems, streams)?;
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
    let summary = Summary::of(&found, &problems, in_baseline, stale, started.elapsed());
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

    /// Takes out what the baseline has. Returns how many these are, and how many of its entries are no longer found.
    fn compare_with_baseline(
        &self,
        config: &LintConfig,
        problems: &mut Vec<Problem>,
        streams: &mut Streams<'_>,
    ) -> Result<(usize, usize), Failure> {
        let Some(path) = self.baseline.as_ref().or(config.baseline.as_ref()) else {
            if self.update_baseline {
                return Err(Failure::new("no baseline is named").with_help("add --baseline FILE"));
            }
            return Ok((0, 0));
        };
        let shown = visible(&path.to_string_lossy());
        let Some(baseline) = Baseline::read(path)? else {
            if !self.update_baseline {
                return Err(Failure::new(format!("the baseline {shown} does not exist"))
                    .with_help("write one with --update-baseline"));
            }
            let baseline = Baseline::of(problems, path);
            baseline.write(path)?;
            streams
                .note(&format!("{shown} is written, with {}", count(baseline.count(), "finding")));
            let (taken, _) = baseline.take_from(problems, path);
            return Ok((taken, 0));
        };
        let (taken, stale) = baseline.take_from(problems, path);
        let count_stale = stale.count();
        if count_stale > 0 && self.update_baseline {
            baseline.without(&stale).write(path)?;
            streams.note(&format!("removed from {shown}: {count_stale} no longer found"));
            return Ok((taken, 0));
        }
        Ok((taken, count_stale))
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// Each round of fixes may make others possible.
const ROUNDS: usize = 10;

/// Makes the fixes, looks again, and takes back a round after which there is an error that was not there before.
fn fix(
    mut found: Found,
    requests: &[Request],
    settings: &Settings<'_>,
    streams: &mut Streams<'_>,
) -> Result<Found, Failure> {
    let (mut changed, mut made) = (HashSet::new(), 0);
    for _ in 0..ROUNDS {
        if found.fixes.is_empty() {
            break;
        }
        let before = files_before(&found.fixes)?;
        let mut now = 0;
        for (root, fixes) in by_root(&found.fixes) {
            let (files, fixed) = Fix::apply(fixes);
            now += fixed;
            for (path, text) in files {
                let path = root.join(path);
                // Replay reads SQL without a byte order mark.
                let has_mark = before.get(&path).is_some_and(|old| old.starts_with(MARK));
                let mark = if has_mark && !text.starts_with(MARK) { "\u{feff}" } else { "" };
                write(&path, &format!("{mark}{text}"))?;
            }
        }
        let next = Found::look(requests, settings, streams)?;
        if let Some(new) = new_error(&found.problems, &next.problems) {
            for (path, text) in &before {
                write(path, text)?;
            }
            streams.note(&format!(
                "{} taken back, because {} would be found afterwards: {}",
                if now == 1 { "1 fix is".to_owned() } else { format!("{now} fixes are") },
                new.code,
                new.message
            ));
            break;
        }
        made += now;
        changed.extend(before.into_keys());
        found = next;
    }
    if made > 0 {
        let mut files: Vec<_> =
            changed.iter().map(|path| visible(&path.to_string_lossy())).collect();
        files.sort();
        let were = if made == 1 { "problem is" } else { "problems are" };
        streams.note(&format!("{made} {were} fixed in {}", files.join(", ")));
        streams.note(
            "do not change a migration that a database has applied: many tools compare checksums, and no tool runs it again",
        );
    }
    Ok(found)
}

fn by_root(fixes: &[(PathBuf, Fix)]) -> BTreeMap<&Path, Vec<&Fix>> {
    let mut by_root: BTreeMap<&Path, Vec<&Fix>> = BTreeMap::new();
    for (root, fix) in fixes {
        by_root.entry(root).or_default().push(fix);
    }
    by_root
}

/// The files that fixes change, with their texts as they are on disk.
fn files_before(fixes: &[(PathBuf, Fix)]) -> Result<BTreeMap<PathBuf, String>, Failure> {
    let mut before = BTreeMap::new();
    for (root, fix) in fixes {
        for edit in &fix.edits {
            let path = root.join(edit.at.path());
            if before.contains_key(&path) {
                continue;
            }
            let shown = visible(&path.to_string_lossy());
            let failed = |error| Failure::new(format!("cannot read {shown}: {error}"));
            if fs::symlink_metadata(&path).map_err(failed)?.is_symlink() {
                return Err(Failure::new(format!(
                    "{shown} is a symbolic link, and is not changed"
                )));
            }
            let text = fs::read_to_string(&path).map_err(failed)?;
            let read = &*edit.at.source.text;
            if text != read && text.strip_prefix(MARK) != Some(read) {
                return Err(Failure::new(format!(
                    "{shown} has changed meanwhile, or has other text than was read"
                ))
                .with_help("run the command again without --fix"));
            }
            before.insert(path, text);
        }
    }
    Ok(before)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text, false).map_err(|error| {
        Failure::new(format!("cannot write {}: {error}", visible(&path.to_string_lossy())))
    })
}

/// An error of a code of which there were fewer before. What is no longer known counts as well, because it may hide an error.
fn new_error<'a>(before: &[Problem], after: &'a [Problem]) -> Option<&'a Problem> {
    let counts = |it: &&Problem| it.severity == Severity::Error || it.code == "unknown";
    let by_code = |problems: &[Problem]| {
        let mut by_code: BTreeMap<&'static str, usize> = BTreeMap::new();
        for problem in problems.iter().filter(counts) {
            *by_code.entry(problem.code).or_default() += 1;
        }
        by_code
    };
    let (old, new) = (by_code(before), by_code(after));
    after.iter().filter(counts).find(|it| new.get(it.code) > old.get(it.code))
}
