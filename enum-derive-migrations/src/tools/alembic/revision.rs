//! A revision, as its file's first lines say it.

use std::path::PathBuf;
use std::sync::Arc;

use super::python::{Assigned, Literal, assigned};
use crate::files::unreadable;
use crate::ground::{Finding, Location, Source};

/// A revision.
pub(super) struct Revision {
    pub(super) id: String,
    /// `down_revision`.
    pub(super) down: Vec<String>,
    /// `depends_on`.
    pub(super) depends: Vec<String>,
    /// `branch_labels`.
    pub(super) labels: Vec<String>,
    /// The file, below the folder's root.
    pub(super) path: PathBuf,
}

/// Where a file says what it comes after, or where it begins.
pub(super) struct Places {
    pub(super) revision: Location,
    pub(super) down: Location,
    pub(super) depends: Location,
}

/// Whether a text looks like a revision.
pub(super) fn is_revision(text: &str) -> bool {
    assigned(text, ["down_revision"]).into_iter().flatten().next().is_some()
}

impl Revision {
    /// The revision in a file; `None` where it cannot be told, which is reported.
    pub(super) fn read(source: &Arc<Source>, report: &mut Vec<Finding>) -> Option<(Self, Places)> {
        let names = ["revision", "down_revision", "depends_on", "branch_labels"];
        let [revision, down, depends, labels] = assigned(&source.text, names);
        let place = |assigned: &Option<Assigned>| {
            let range = assigned.as_ref().map_or(0..0, |assigned| assigned.at.clone());
            Location::new(source, range)
        };
        let places =
            Places { revision: place(&revision), down: place(&down), depends: place(&depends) };
        let id = match revision {
            Some(Assigned { value: Literal::Text(id), .. }) => id,
            Some(Assigned { at, .. }) => {
                let message = "the id of this revision is computed, and is not known";
                report.push(
                    unreadable(source, at.start, message)
                        .with_help("write the id as a string: `revision = \"…\"`"),
                );
                return None;
            }
            None => match legacy_id(&source.path.to_string_lossy()) {
                Some(id) => id,
                None => {
                    let message = "the file has no `revision`, and Alembic refuses the folder";
                    let help = "add `revision` and `down_revision`, or move the file elsewhere";
                    report.push(unreadable(source, 0, message).with_help(help));
                    return None;
                }
            },
        };
        let mut texts = |name: &str, assigned: Option<Assigned>| match assigned {
            None | Some(Assigned { value: Literal::Nothing, .. }) => Vec::new(),
            Some(Assigned { value: Literal::Text(text), .. }) => vec![text],
            Some(Assigned { value: Literal::Texts(texts), .. }) => texts,
            Some(Assigned { value: Literal::Computed, at }) => {
                let message = format!(
                    "`{name}` is computed, so that the order of this revision is not known"
                );
                let help = format!("write it as a string or a tuple of strings: `{name} = \"…\"`");
                report.push(unreadable(source, at.start, message).with_help(help));
                Vec::new()
            }
        };
        let (down, depends) = (texts("down_revision", down), texts("depends_on", depends));
        let labels = texts("branch_labels", labels);
        Some((Self { id, down, depends, labels, path: source.path.clone() }, places))
    }
}

/// The id in the name of a file that does not say it (`_legacy_rev` in `alembic/script/base.py`).
fn legacy_id(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next()?.strip_suffix(".py")?;
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    (!name.is_empty() && name.chars().all(is_digit)).then(|| name.to_owned())
}
