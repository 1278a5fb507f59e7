//! What rules look at.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pg_enum_migrations::folder::{Folder, Migration, Part, Script, Source, Step};
use pg_enum_migrations::{Finding, Kind, Location, Replay};

use crate::statement::{Direction, Statement};

/// Reads a migration that is no SQL: from the folder's root, the file and the way, what it does; nothing if it cannot tell.
pub type Steps<'a> = &'a dyn Fn(&Path, &Arc<Source>, Direction) -> Option<Vec<Step>>;

/// What rules look at.
pub struct Subject<'a> {
    /// The migrations.
    pub folder: &'a Folder,
    /// What they make of a database, all of them in one run, with tables.
    pub replay: &'a Replay,
    /// All statements, those of each migration up and then down.
    pub statements: Vec<Statement>,
    /// The files of migrations that are no SQL.
    pub sources: Vec<Arc<Source>>,
    /// What of migrations is not known as a statement: where, and why.
    pub not_read: Vec<(Location, String)>,
}

impl<'a> Subject<'a> {
    /// The statements of a folder; those that are no SQL are not read.
    #[must_use]
    pub fn new(folder: &'a Folder, replay: &'a Replay) -> Self {
        Self::with_code(folder, replay, &|_, _, _| None)
    }

    /// The same, with migrations that are no SQL read by `steps`.
    #[must_use]
    pub fn with_code(folder: &'a Folder, replay: &'a Replay, steps: Steps<'_>) -> Self {
        let mut subject = Self {
            folder,
            replay,
            statements: Vec::new(),
            sources: Vec::new(),
            not_read: Vec::new(),
        };
        for (index, migration) in folder.migrations.iter().enumerate() {
            subject.add(index, Direction::Up, &migration.up, steps);
            if let Some(down) = &migration.down {
                subject.add(index, Direction::Down, down, steps);
            }
        }
        subject
    }

    fn add(&mut self, migration: usize, direction: Direction, part: &Part, steps: Steps<'_>) {
        let path = match part {
            Part::Sql(script) => {
                for statement in script.statements() {
                    let new = Statement::new(migration, direction, statement.at, None);
                    self.statements.push(new);
                }
                return;
            }
            Part::Code(path) => path,
        };
        // Replay reports a file that cannot be read.
        let Some(source) = self.source(path) else { return };
        for step in steps(&self.folder.root, &source, direction).unwrap_or_default() {
            match step {
                Step::Sql(script) => {
                    for statement in script.statements() {
                        let new = Statement::new(migration, direction, statement.at, None);
                        self.statements.push(new);
                    }
                }
                Step::Made { sql, at, .. } => {
                    let source = Arc::new(Source { path: path.clone(), text: sql });
                    let range = 0..source.text.len();
                    let script = Script { source, range };
                    for statement in script.statements() {
                        let text = statement.text().to_owned();
                        let new = Statement::new(migration, direction, at.clone(), Some(text));
                        self.statements.push(new);
                    }
                }
                Step::Unknown { at, message } => self.not_read.push((at, message)),
                Step::Tables { .. } => {}
            }
        }
    }

    /// A file, which both ways may be in.
    fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        if let Some(last) = self.sources.last().filter(|last| last.path == path) {
            return Some(Arc::clone(last));
        }
        let text = fs::read_to_string(self.folder.root.join(path)).ok()?;
        let source = Arc::new(Source { path: path.to_owned(), text });
        self.sources.push(Arc::clone(&source));
        Some(source)
    }

    /// The statements of a way.
    pub fn of(&self, direction: Direction) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(move |statement| statement.direction == direction)
    }

    /// The migration that a file is of, by index.
    pub(crate) fn migration_of(&self, path: &Path) -> Option<usize> {
        let is = |part: &Part| match part {
            Part::Sql(script) => script.source.path == path,
            Part::Code(code) => code == path,
        };
        let has =
            |migration: &Migration| is(&migration.up) || migration.down.as_ref().is_some_and(is);
        self.folder.migrations.iter().position(has)
    }

    /// Findings of replay that the server would refuse with one of these codes, by index.
    pub(crate) fn refused(
        &self,
        sqlstates: &'a [&str],
    ) -> impl Iterator<Item = (usize, &'a Finding)> {
        let is = |finding: &Finding| match &finding.kind {
            Kind::Refused { sqlstate } => sqlstates.contains(&&**sqlstate),
            _ => false,
        };
        let findings = self.replay.findings.iter().enumerate();
        findings.filter(move |(_, finding)| is(finding))
    }
}
