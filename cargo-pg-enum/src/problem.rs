//! A problem to report, independent of its source and of the output format.

use std::path::{Component, Path, PathBuf};

pub(crate) use pg_enum_lint::Severity;
use pg_enum_migrations::{Finding, Kind, Location};

use crate::settings::with_place;
use crate::text::{brief, list};

/// Types named in one note.
const TYPES: usize = 10;
/// Characters of a message. Those that are longer quote something that is.
pub(crate) const LONGEST: usize = 1000;

/// A problem.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// A short name that does not change.
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    /// The type that it is about.
    pub(crate) type_name: Option<String>,
    /// Where; the first is what is wrong, the others explain it.
    pub(crate) places: Vec<Place>,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Option<String>,
}

/// A stretch of a file, and what to say there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The directory that the path of the file is below.
    pub(crate) root: PathBuf,
    pub(crate) at: Location,
    pub(crate) label: String,
}

impl Place {
    pub(crate) fn new(root: &Path, at: &Location, label: impl Into<String>) -> Self {
        Self { root: root.to_owned(), at: at.clone(), label: label.into() }
    }

    /// The path of the file. That of a module which a revision imports may lead out of the folder.
    pub(crate) fn path(&self) -> PathBuf {
        let mut path = self.root.clone();
        for part in self.at.path().components() {
            let is_up = part == Component::ParentDir;
            match path.components().next_back() {
                Some(Component::Normal(_)) if is_up => drop(path.pop()),
                _ => path.push(part),
            }
        }
        path
    }
}

impl Problem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, at: Place) -> Self {
        Self { places: vec![at], ..Self::at_no_place(code, message) }
    }

    pub(crate) fn at_no_place(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            type_name: None,
            places: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// A finding of replay's, in a folder.
    pub(crate) fn of_finding(finding: &Finding, root: &Path) -> Self {
        let places = places(root, &finding.at, finding.label.as_deref(), &finding.related);
        let note = match &finding.kind {
            Kind::Refused { sqlstate } => Some(format!("SQLSTATE {}", brief(sqlstate, LONGEST))),
            Kind::Unknown { touches } => Some(format!("may touch {}", types(touches))),
            _ => None,
        };
        Self {
            code: finding.kind.code(),
            severity: Severity::Error,
            message: finding.message.clone(),
            type_name: None,
            places,
            notes: note.into_iter().collect(),
            // Replay does not know what configures the project.
            help: finding.help.as_deref().map(with_place),
        }
    }

    /// A finding of a rule of `lint`, in a folder.
    pub(crate) fn of_lint(finding: pg_enum_lint::Finding, root: &Path) -> Self {
        let places = places(root, &finding.at, finding.label.as_deref(), &finding.related);
        Self {
            code: finding.code,
            severity: finding.severity,
            places,
            type_name: None,
            message: finding.message,
            notes: finding.notes,
            help: finding.help,
        }
    }
}

/// Where a finding is, and the places that explain it.
fn places(
    root: &Path,
    at: &Location,
    label: Option<&str>,
    related: &[(Location, String)],
) -> Vec<Place> {
    let related = related.iter().map(|(at, label)| (at, &**label));
    let all = [(at, label.unwrap_or_default())].into_iter().chain(related);
    all.map(|(at, label)| Place::new(root, at, label)).collect()
}

fn types(touches: &[String]) -> String {
    if touches.is_empty() {
        return "any enum".to_owned();
    }
    list(touches.iter().map(|name| brief(name, LONGEST)), TYPES)
}
