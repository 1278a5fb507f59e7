//! The summary of `lint`: the last line of the text, and an object in JSON.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::Found;
use super::baseline::Baseline;
use crate::problem::{Place, Problem, Severity};
use crate::text::{count, list};

/// The number of folders that the line names.
const FOLDERS: usize = 3;

#[derive(Serialize)]
pub(crate) struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    migrations: usize,
    migrations_with_findings: usize,
    folders: Vec<Folder>,
    suppressed: Vec<Suppressed>,
    /// Findings that baselines have.
    in_baseline: usize,
    /// Entries of baselines that are no longer found.
    stale_in_baseline: usize,
    seconds: f64,
}

#[derive(Serialize)]
struct Folder {
    path: String,
    #[serde(skip)]
    name: String,
    tool: &'static str,
    migrations: usize,
}

#[derive(Serialize)]
struct Suppressed {
    code: &'static str,
    file: String,
    line: usize,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Summary {
    pub(crate) fn of(found: &Found, problems: &[Problem], took: Duration) -> Self {
        let of = |severity| problems.iter().filter(|one| one.severity == severity).count();
        let folder = |read: &super::Read| Folder {
            path: read.path.clone(),
            name: read.name.clone(),
            tool: read.tool,
            migrations: read.migrations,
        };
        let suppressed = |it: &super::Suppressed| Suppressed {
            code: it.code,
            file: it.file.clone(),
            line: it.line,
            reason: it.reason.clone(),
            until: it.until.map(|day| day.to_string()),
        };
        let mut with_findings = HashSet::new();
        for path in problems.iter().filter_map(|problem| problem.places.first().map(Place::path)) {
            for (folder, read) in found.folders.iter().enumerate() {
                with_findings.extend(read.of_file.get(&path).map(|migration| (folder, *migration)));
            }
        }
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            migrations: found.folders.iter().map(|read| read.migrations).sum(),
            migrations_with_findings: with_findings.len(),
            folders: found.folders.iter().map(folder).collect(),
            suppressed: found.suppressed.iter().map(suppressed).collect(),
            in_baseline: found.in_baseline,
            stale_in_baseline: found.stale.values().map(Baseline::count).sum(),
            seconds: took.as_secs_f64(),
        }
    }
}

/// `3 errors and 1 note in 2 of 118 migrations in migrations (a usual place); 1 suppressed, 4 in the baseline; 0.2 s`
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let counts: Vec<String> =
            numbers.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| count(*n, noun)).collect();
        let all = count(self.migrations, "migration");
        match &*counts {
            [] => write!(f, "no findings in {all}")?,
            [first @ .., last] => {
                let first = first.join(", ");
                let and = if first.is_empty() { "" } else { " and " };
                write!(f, "{first}{and}{last} ")?;
                match self.migrations_with_findings {
                    0 => write!(f, "outside of {all}")?,
                    with => write!(f, "in {with} of {all}")?,
                }
            }
        }
        let folders = self.folders.iter().map(|folder| folder.name.clone());
        write!(f, " in {}", list(folders, FOLDERS))?;
        let more = [
            (self.suppressed.len(), "suppressed"),
            (self.in_baseline, "in the baseline"),
            (self.stale_in_baseline, "in the baseline and no longer found"),
        ];
        let more: Vec<String> =
            more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if !more.is_empty() {
            write!(f, "; {}", more.join(", "))?;
        }
        write!(f, "; {:.1} s", self.seconds)
    }
}
