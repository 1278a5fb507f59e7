//! One finding of a preflight.

use pg_enum_migrations::Location;

use crate::problem::{Place, Problem, Severity};

#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) problem: Problem,
    /// The version of the migration, if the finding is about one.
    pub(crate) migration: Option<String>,
}

impl Finding {
    pub(crate) fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        let problem = Problem { severity, ..Problem::at_no_place(code, message) };
        Self { problem, migration: None }
    }

    pub(crate) fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    pub(crate) fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    pub(crate) fn of_type(mut self, name: impl Into<String>) -> Self {
        self.problem.type_name = Some(name.into());
        self
    }

    pub(crate) fn of_migration(mut self, version: impl Into<String>) -> Self {
        self.migration = Some(version.into());
        self
    }

    pub(crate) fn at(mut self, root: &std::path::Path, at: &Location) -> Self {
        self.problem.places.push(Place::new(root, at, ""));
        self
    }

    pub(crate) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.problem.notes.push(note.into());
        self
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.problem.help = Some(help.into());
        self
    }
}
