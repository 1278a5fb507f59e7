//! The baseline: findings that were there before, in a file. It is written once, and only shrinks from then on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::reported::Reported;
use crate::failure::Failure;
use crate::files::{below, write_whole};
use crate::problem::Problem;
use crate::text::visible;

/// The format of the file.
const VERSION: u32 = 1;

/// What is in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Baseline {
    /// How often each is there.
    entries: BTreeMap<Entry, usize>,
}

/// What identifies a finding while lines are added above it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Relative to the baseline's directory.
    file: String,
    code: String,
    /// The line of the file at which it is, without blanks around it.
    line: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    findings: Vec<Recorded>,
}

#[derive(Serialize, Deserialize)]
struct Recorded {
    file: String,
    code: String,
    line: String,
    count: usize,
}

impl Baseline {
    /// Reads the file. Nothing if it is not there.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let shown = visible(&path.to_string_lossy());
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::new(format!("cannot read {shown}: {error}"))),
        };
        let file: File = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!("{shown} is not a baseline: {error}"))
                .with_help("write a new one: remove the file, and use --update-baseline")
        })?;
        if file.version != VERSION {
            return Err(Failure::new(format!(
                "{shown} has the version {} of the format, and only {VERSION} is known",
                file.version
            )));
        }
        let mut entries: BTreeMap<Entry, usize> = BTreeMap::new();
        for Recorded { file, code, line, count } in file.findings {
            let known = entries.entry(Entry { file, code, line }).or_default();
            *known = known.saturating_add(count);
        }
        Ok(Some(Self { entries }))
    }

    /// One of these findings.
    pub(crate) fn of<'p>(problems: impl IntoIterator<Item = &'p Problem>, path: &Path) -> Self {
        let mut entries = BTreeMap::new();
        for entry in problems.into_iter().filter_map(|problem| Entry::of(problem, path)) {
            *entries.entry(entry).or_default() += 1;
        }
        Self { entries }
    }

    /// Takes out the findings that it has, of those that it is for (`is_of`). Returns how many these are, and those of its
    /// entries that are no longer found.
    pub(super) fn take_from(
        &self,
        reported: &mut Vec<Reported>,
        path: &Path,
        is_of: impl Fn(&Reported) -> bool,
    ) -> (usize, Self) {
        let mut left = self.entries.clone();
        let before = reported.len();
        reported.retain(|reported| {
            if !is_of(reported) {
                return true;
            }
            let entry = Entry::of(&reported.problem, path);
            match entry.and_then(|entry| left.get_mut(&entry)) {
                Some(count @ 1..) => {
                    *count -= 1;
                    false
                }
                _ => true,
            }
        });
        left.retain(|_, count| *count > 0);
        (before - reported.len(), Self { entries: left })
    }

    /// Without the entries of another.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut entries = self.entries.clone();
        for (entry, count) in &mut entries {
            *count -= other.entries.get(entry).copied().unwrap_or_default().min(*count);
        }
        entries.retain(|_, count| *count > 0);
        Self { entries }
    }

    /// How many findings it has.
    pub(crate) fn count(&self) -> usize {
        self.entries.values().fold(0, |sum: usize, count| sum.saturating_add(*count))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let recorded = |(entry, count): (&Entry, &usize)| Recorded {
            file: entry.file.clone(),
            code: entry.code.clone(),
            line: entry.line.clone(),
            count: *count,
        };
        let findings = self.entries.iter().map(recorded).collect();
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(format!("cannot write {}: {error}", visible(&path.to_string_lossy())))
        };
        let text = serde_json::to_string_pretty(&File { version: VERSION, findings })
            .map_err(|error| failed(&error))?;
        write_whole(path, &format!("{text}\n"), false).map_err(|error| failed(&error))
    }
}

impl Entry {
    fn of(problem: &Problem, baseline: &Path) -> Option<Self> {
        let place = problem.places.first()?;
        let line = place.at.source.text.lines().nth(place.at.line() - 1).unwrap_or_default();
        Some(Self {
            file: below(baseline.parent().unwrap_or(Path::new("")), &place.path()),
            code: problem.code.to_owned(),
            line: line.trim().to_owned(),
        })
    }
}
