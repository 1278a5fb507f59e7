//! The summary of `check`: the last line of the text, and an object in JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::compare::Standing;
use crate::not_compared::Reason;
use crate::problem::{Problem, Severity};
use crate::survey::Survey;
use crate::text::{count, list, slashed, visible};

/// The number of folders that the line names.
const FOLDERS: usize = 3;

#[derive(Serialize)]
pub(crate) struct Summary {
    errors: usize,
    warnings: usize,
    /// All that were found.
    enums: usize,
    /// Those that were compared with a type.
    compared: usize,
    /// The others, by the reason.
    not_compared: BTreeMap<&'static str, usize>,
    /// The reasons in words.
    #[serde(skip)]
    reasons: Vec<(&'static str, usize)>,
    /// The folders that were read.
    folders: Vec<ReadFolder>,
}

#[derive(Serialize)]
struct ReadFolder {
    path: String,
    /// Where it is named.
    origin: String,
    tool: String,
    migrations: usize,
    /// Whether an enum was compared with it.
    compared: bool,
}

/// `migrations (a usual place)`
impl fmt::Display for ReadFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", visible(&self.path), self.origin)
    }
}

impl Summary {
    pub(crate) fn of(survey: &Survey, problems: &[Problem]) -> Self {
        let of = |severity| problems.iter().filter(|one| one.severity == severity).count();
        // An enum with two codecs is one enum.
        let mut enums: BTreeMap<(&str, Option<usize>), Option<&Reason>> = BTreeMap::new();
        for (number, row) in survey.rows.iter().enumerate() {
            let reason = match &row.standing {
                Standing::NotCompared(reason) => Some(reason),
                _ => None,
            };
            // Those that a macro makes have no path of their own.
            let made = matches!(reason, Some(Reason::Macro(_))).then_some(number);
            let known = enums.entry((&row.path, made)).or_insert(reason);
            if reason.is_none() {
                *known = None;
            }
        }
        let mut not_compared = BTreeMap::new();
        let mut reasons: Vec<(&'static str, usize)> = Vec::new();
        for reason in enums.values().flatten() {
            *not_compared.entry(reason.code()).or_default() += 1;
            match reasons.iter_mut().find(|(words, _)| *words == reason.words()) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason.words(), 1)),
            }
        }
        // The most frequent first.
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let folders = survey.folders.iter().filter_map(|folder| {
            let contents = folder.contents.as_ref()?;
            Some(ReadFolder {
                path: slashed(&folder.request.dir),
                origin: folder.request.origin.clone(),
                tool: contents.replayed.folder.tool.to_string(),
                migrations: contents.replayed.replay.total,
                compared: folder.is_compared,
            })
        });
        Self {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            enums: enums.len(),
            compared: enums.values().filter(|reason| reason.is_none()).count(),
            not_compared,
            reasons,
            folders: folders.collect(),
        }
    }
}

/// `2 enums agree with 3 migrations in migrations (a usual place); 1 not compared: 1 uncertain`
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors + self.warnings > 0 {
            let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
            match (self.errors, self.warnings) {
                (_, 0) => write!(f, "{errors}")?,
                (0, _) => write!(f, "{warnings}")?,
                _ => write!(f, "{errors} and {warnings}")?,
            }
            f.write_str(": ")?;
        }
        if self.enums == 0 {
            return f.write_str("no PostgreSQL enum is found in the source");
        }
        let enums = count(self.compared, "enum");
        let compared = self.folders.iter().filter(|folder| folder.compared);
        let migrations: usize = compared.clone().map(|folder| folder.migrations).sum();
        let migrations = count(migrations, "migration");
        match (self.compared, self.errors + self.warnings) {
            (0, _) => f.write_str("no enum is compared")?,
            (1, 0) => write!(f, "{enums} agrees with {migrations}")?,
            (_, 0) => write!(f, "{enums} agree with {migrations}")?,
            _ => write!(f, "{enums} compared with {migrations}")?,
        }
        if self.compared > 0 {
            write!(f, " in {}", list(compared.map(ToString::to_string), FOLDERS))?;
        }
        if !self.reasons.is_empty() {
            let reasons: Vec<_> =
                self.reasons.iter().map(|(words, count)| format!("{count} {words}")).collect();
            let total: usize = self.reasons.iter().map(|(_, count)| count).sum();
            write!(f, "; {total} not compared: {}", reasons.join(", "))?;
        }
        let others = self.folders.iter().filter(|folder| !folder.compared);
        let others = list(others.map(ToString::to_string), FOLDERS);
        if !others.is_empty() {
            write!(f, "; also read: {others}")?;
        }
        Ok(())
    }
}
