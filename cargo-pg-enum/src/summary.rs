//! The summary of `check`: the last line of the text, and an object in JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::compare::Standing;
use crate::models;
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
    #[serde(flatten)]
    tally: Tally,
    /// Structs and `table!` blocks; nothing in a project without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    models: Option<Models>,
    /// The folders that were read.
    folders: Vec<ReadFolder>,
}

#[derive(Serialize)]
struct Models {
    /// All that were found.
    found: usize,
    #[serde(flatten)]
    tally: Tally,
    /// What each is called.
    #[serde(skip)]
    noun: &'static str,
}

/// How many were compared.
#[derive(Default, Serialize)]
struct Tally {
    compared: usize,
    /// The others, by the reason.
    not_compared: BTreeMap<&'static str, usize>,
    /// The reasons in words, the most frequent first.
    #[serde(skip)]
    reasons: Vec<(&'static str, usize)>,
}

impl Tally {
    /// Of each that was looked at, the code and the words of the reason for which it was not compared.
    fn of(reasons: impl Iterator<Item = Option<(&'static str, &'static str)>>) -> Self {
        let mut tally = Self::default();
        for reason in reasons {
            let Some((code, words)) = reason else {
                tally.compared += 1;
                continue;
            };
            *tally.not_compared.entry(code).or_default() += 1;
            match tally.reasons.iter_mut().find(|(known, _)| *known == words) {
                Some((_, count)) => *count += 1,
                None => tally.reasons.push((words, 1)),
            }
        }
        tally.reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        tally
    }
}

/// `2 not compared: 1 uncertain, 1 stored as text or integer`; nothing if all are.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<_> =
            self.reasons.iter().map(|(words, count)| format!("{count} {words}")).collect();
        write!(f, "not compared: {}", reasons.join(", "))
    }
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
        let tally =
            Tally::of(enums.values().map(|reason| reason.map(|it| (it.code(), it.words()))));
        let models = (!survey.models.is_empty()).then(|| {
            let reasons = survey.models.iter().map(models::Row::reason);
            Models {
                found: survey.models.len(),
                noun: if survey.models.iter().all(models::Row::is_python) {
                    "Python model"
                } else {
                    "model"
                },
                tally: Tally::of(reasons.map(|reason| reason.map(|it| (it.code(), it.words())))),
            }
        });
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
            tally,
            models,
            folders: folders.collect(),
        }
    }
}

/// `2 enums agree with 3 migrations in migrations (a usual place); 1 not compared: 1 uncertain`; with models,
/// `2 enums and 5 models agree with 3 migrations in migrations (a usual place); 1 model not compared: 1 uncertain`
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
        if self.enums == 0 && self.models.is_none() {
            return f.write_str("no PostgreSQL enum is found in the source");
        }
        // A project has both, or one of them.
        let enums = (self.enums > 0).then_some(("enum", &self.tally));
        let models = self.models.as_ref().map(|models| (models.noun, &models.tally));
        let kinds: Vec<(&str, &Tally)> = enums.into_iter().chain(models).collect();
        let number: usize = kinds.iter().map(|(_, tally)| tally.compared).sum();
        let subject: Vec<String> = kinds
            .iter()
            .filter(|(_, tally)| number == 0 || tally.compared > 0)
            .map(|(noun, tally)| match tally.compared {
                0 => format!("no {noun}"),
                compared => count(compared, noun),
            })
            .collect();
        let subject = subject.join(" and ");
        let compared = self.folders.iter().filter(|folder| folder.compared);
        let migrations: usize = compared.clone().map(|folder| folder.migrations).sum();
        let migrations = count(migrations, "migration");
        match (number, self.errors + self.warnings) {
            (0, _) => write!(f, "{subject} is compared")?,
            (1, 0) => write!(f, "{subject} agrees with {migrations}")?,
            (_, 0) => write!(f, "{subject} agree with {migrations}")?,
            _ => write!(f, "{subject} compared with {migrations}")?,
        }
        if number > 0 {
            write!(f, " in {}", list(compared.map(ToString::to_string), FOLDERS))?;
        }
        for (noun, tally) in &kinds {
            let total: usize = tally.reasons.iter().map(|(_, count)| count).sum();
            match (total, &self.models) {
                (0, _) => {}
                (_, None) => write!(f, "; {total} {tally}")?,
                (_, Some(_)) => write!(f, "; {} {tally}", count(total, noun))?,
            }
        }
        let others = self.folders.iter().filter(|folder| !folder.compared);
        let others = list(others.map(ToString::to_string), FOLDERS);
        if !others.is_empty() {
            write!(f, "; also read: {others}")?;
        }
        Ok(())
    }
}
