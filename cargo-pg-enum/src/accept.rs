//! The labels that manifests accept (`accept = ["public.mood:legacy"]`), which a type may have without a variant; and the
//! columns (`"public.orders.note"`), which may be NULL although no `Option` holds them.

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
#[derive(Clone, Default)]
pub(crate) struct Accepted {
    entries: Vec<Entry>,
    used: HashSet<String>,
}

/// An entry, and where it stands.
#[derive(Clone)]
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

    /// Whether an entry accepts that a column may be NULL; records that it is needed.
    pub(crate) fn takes(&mut self, entry: &str) -> bool {
        let is_there = self.entries.iter().any(|one| one.text == entry);
        if is_there {
            self.used.insert(entry.to_owned());
        }
        is_there
    }

    /// A problem for each entry that nothing needs. Those of columns count only if all models are compared.
    pub(crate) fn unused(&self, are_all_models_compared: bool) -> Vec<Problem> {
        let is_known = |entry: &&Entry| entry.is_label() || are_all_models_compared;
        let checked = self.entries.iter().filter(|entry| entry.is_checked).filter(is_known);
        let unused = checked.filter(|entry| !self.used.contains(&entry.text));
        unused.map(Entry::problem).collect()
    }
}

impl Entry {
    /// Whether it is about a label, and not about a column.
    fn is_label(&self) -> bool {
        self.text.contains(':')
    }

    fn problem(&self) -> Problem {
        let message = format!("`{}` is accepted, but this is not needed", visible(&self.text));
        let mut problem = match self.location() {
            Some(at) => Problem::new("unused-accept", message, Place::new("".as_ref(), &at, "")),
            None => Problem::at_no_place("unused-accept", message),
        };
        let note = if self.is_label() {
            "no compared enum lacks this label; the format of an entry is `schema.type:label`"
        } else {
            "every compared model reads NULL in this column, or it cannot be NULL; the format of an entry is \
             `schema.type:label` or `schema.table.column`"
        };
        problem.notes.push(note.to_owned());
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
