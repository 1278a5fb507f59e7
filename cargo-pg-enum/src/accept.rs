//! The labels that manifests accept (`accept = ["public.mood:legacy"]`): a type may have them without a variant.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use toml_edit::Document;

use crate::problem::{Place, Problem};
use crate::text::visible;

/// The entries of the manifests of a project, and those that were needed.
#[derive(Default)]
pub(crate) struct Accepted {
    entries: Vec<Entry>,
    used: HashSet<String>,
}

/// An entry, and where it stands.
struct Entry {
    text: String,
    manifest: PathBuf,
    /// `package` or `workspace`.
    table: &'static str,
    /// Which one of the array.
    index: usize,
    /// Whether all enums that may need it are compared.
    is_checked: bool,
}

impl Accepted {
    /// Adds those of one manifest. Unless `is_checked`, some enums that may need them are not compared.
    pub(crate) fn add(
        &mut self,
        manifest: &Path,
        table: &'static str,
        entries: &[String],
        is_checked: bool,
    ) {
        self.entries.extend(entries.iter().enumerate().map(|(index, text)| Entry {
            text: text.clone(),
            manifest: manifest.to_owned(),
            table,
            index,
            is_checked,
        }));
    }

    /// Marks in what the migrations say the labels that are accepted.
    pub(crate) fn mark(&self, record: &mut Record) {
        for entry in &self.entries {
            record.accept(&entry.text);
        }
    }

    /// Records the entries that an enum with these labels needs.
    pub(crate) fn compared(&mut self, there: &RecordedEnum, labels: &[&str]) {
        for label in there.labels.iter().filter(|label| label.accepted) {
            if !labels.contains(&&*label.text) {
                self.used.insert(format!("{}.{}:{}", there.schema, there.name, label.text));
            }
        }
    }

    /// A problem for each entry that no enum needs.
    pub(crate) fn unused(&self) -> Vec<Problem> {
        let checked = self.entries.iter().filter(|entry| entry.is_checked);
        let unused = checked.filter(|entry| !self.used.contains(&entry.text));
        unused.map(Entry::problem).collect()
    }
}

impl Entry {
    fn problem(&self) -> Problem {
        let message = format!("`{}` is accepted, but this is not needed", visible(&self.text));
        let mut problem = match self.location() {
            Some(at) => Problem::new("unused-accept", message, Place::new("".as_ref(), &at, "")),
            None => Problem::at_no_place("unused-accept", message),
        };
        problem.notes.push(
            "no compared enum lacks this label; the format of an entry is `schema.type:label`"
                .to_owned(),
        );
        problem.help = Some("remove the entry".to_owned());
        problem
    }

    /// Where it stands in the manifest.
    fn location(&self) -> Option<Location> {
        let text = fs::read_to_string(&self.manifest).ok()?;
        let document = Document::parse(text.as_str()).ok()?;
        let mut item = document.as_item();
        for key in [self.table, "metadata", "pg-enum", "accept"] {
            item = item.get(key)?;
        }
        let Range { start, end } = item.as_array()?.get(self.index)?.span()?;
        let source = Arc::new(Source { path: self.manifest.clone(), text: text.clone() });
        Some(Location::new(&source, start..end))
    }
}
