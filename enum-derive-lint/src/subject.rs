//! What rules look at.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use pg_enum_migrations::__syntax::with_deep_stack;
use pg_enum_migrations::folder::{Folder, Part, Script, Source, Step};
use pg_enum_migrations::{Change, Finding, Kind, Location, Replay, RoundTrip};
use pg_enum_python::{Fact, Followed, Options as Python, Way, What};

use crate::clause::{Act, Name};
use crate::statement::{Direction, Mention, Statement};
use crate::types::{TypeState, Types};

/// Reads a migration that is not SQL: from the folder's root, the file and the way, what it does; nothing if it cannot tell.
pub type Steps<'a> = &'a dyn Fn(&Path, &Arc<Source>, Direction) -> Option<Vec<Step>>;

/// What rules look at.
pub struct Subject<'a> {
    /// The migrations.
    pub folder: &'a Folder,
    /// What they make of a database, all of them in one run, with tables.
    pub replay: &'a Replay,
    /// All statements, those of each migration up and then down.
    pub statements: Vec<Statement>,
    /// The files of migrations that are not SQL.
    pub sources: Vec<Arc<Source>>,
    /// What of migrations is not known as a statement: where, and why.
    pub not_read: Vec<(Location, String)>,
    /// What comes of each migration that is taken back, if that has been looked at.
    pub round_trips: Vec<RoundTrip>,
    /// What only the source of revisions shows, those of each migration up and then down.
    pub shown: Vec<Shown>,
    /// The migrations whose source shows more than is kept of it, with the number of places that are left out.
    pub left_out: Vec<(usize, usize)>,
    /// The version of `SQLAlchemy` that runs the revisions, if they are Python.
    pub sqlalchemy: Option<SqlAlchemy>,
    /// The migrations whose way up does something and whose way down does nothing, with the place of that.
    empty_downs: BTreeMap<usize, Location>,
    /// Whether that is meant, as most migrations are so.
    is_one_way: bool,
    /// The enums at each point.
    pub(crate) types: Types<'a>,
    /// Which migration the server refuses, and where.
    refused: HashMap<usize, &'a Location>,
    migrations: HashMap<&'a Path, usize>,
}

/// What only the source of a revision shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The migration: an index into [`Folder::migrations`].
    pub migration: usize,
    /// On which way it is met.
    pub direction: Direction,
    /// What it is.
    pub fact: Fact,
}

/// A version of `SQLAlchemy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlAlchemy {
    /// Its first two numbers.
    pub version: (u32, u32),
    /// Whether the project is pinned to it; if not, it is assumed.
    pub is_pinned: bool,
}

/// Whether a way does anything.
enum Does {
    Steps,
    /// There is nothing in it; the place is its function, or its first line.
    Nothing(Location),
    /// It cannot be read, or does something that is not told as a step: it may raise an error, or change rows only.
    Unknown,
}

/// Reads a migration that is not SQL: from the file and the way, what it does; nothing if it cannot tell.
type Reader<'r> = &'r dyn Fn(&Arc<Source>, Direction) -> Option<Followed>;

impl<'a> Subject<'a> {
    /// The statements of a folder; migrations that are not SQL are not read.
    #[must_use]
    pub fn new(folder: &'a Folder, replay: &'a Replay) -> Self {
        Self::with_code(folder, replay, &|_, _, _| None)
    }

    /// The same, with migrations that are not SQL read by `steps`.
    #[must_use]
    pub fn with_code(folder: &'a Folder, replay: &'a Replay, steps: Steps<'_>) -> Self {
        Self::read_by(folder, replay, &|source, direction| {
            let steps = steps(&folder.root, source, direction)?;
            Some(Followed { steps, ..Followed::default() })
        })
    }

    /// The same, with revisions of Alembic, and with what only their source shows. `python` is what the project runs them with
    /// ([`Options::of_project`](Python::of_project)).
    #[must_use]
    pub fn with_python(folder: &'a Folder, replay: &'a Replay, python: &Python) -> Self {
        Self::with_revisions(folder, replay, python, &|source, way| {
            with_deep_stack(|| python.follow(&folder.root, source, way))
        })
    }

    /// The same, with revisions that have been followed already: `follow` gives what one of their two functions does.
    #[must_use]
    pub fn with_revisions(
        folder: &'a Folder,
        replay: &'a Replay,
        python: &Python,
        follow: &dyn Fn(&Arc<Source>, Way) -> Option<Followed>,
    ) -> Self {
        let mut subject = Self::read_by(folder, replay, &|source, direction| {
            let way = match direction {
                Direction::Up => Way::Up,
                Direction::Down => Way::Down,
            };
            follow(source, way)
        });
        let (version, is_pinned) = (python.sqlalchemy, python.is_pinned);
        subject.sqlalchemy = Some(SqlAlchemy { version, is_pinned });
        subject
    }

    fn read_by(folder: &'a Folder, replay: &'a Replay, reader: Reader<'_>) -> Self {
        let mut migrations = HashMap::new();
        for (index, migration) in folder.migrations.iter().enumerate() {
            for part in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
                migrations.entry(path_of(part)).or_insert(index);
            }
        }
        let mut refused = HashMap::new();
        for finding in &replay.findings {
            if finding.stops() {
                // A place in a file that migrations share is of the last one that was run.
                let last = replay.replayed.saturating_sub(1);
                let index = migrations.get(finding.at.path()).copied().unwrap_or(last);
                refused.entry(index).or_insert(&finding.at);
            }
        }
        let types = Types::new(&replay.events);
        let mut subject = Self {
            folder,
            replay,
            statements: Vec::new(),
            sources: Vec::new(),
            not_read: Vec::new(),
            round_trips: Vec::new(),
            shown: Vec::new(),
            left_out: Vec::new(),
            sqlalchemy: None,
            empty_downs: BTreeMap::new(),
            is_one_way: false,
            types,
            refused,
            migrations,
        };
        let mut ways_back = 0;
        for (index, migration) in folder.migrations.iter().enumerate() {
            let up = subject.add(index, Direction::Up, &migration.up, reader);
            let Some(down) = &migration.down else { continue };
            match subject.add(index, Direction::Down, down, reader) {
                Does::Steps => ways_back += 1,
                Does::Nothing(at) if matches!(up, Does::Steps) => {
                    subject.empty_downs.insert(index, at);
                }
                Does::Nothing(_) | Does::Unknown => {}
            }
        }
        subject.is_one_way = ways_back < subject.empty_downs.len();
        subject
    }

    /// The place of a migration's way down that does nothing, although the way up does something.
    pub(crate) fn empty_down(&self, migration: usize) -> Option<Location> {
        self.empty_downs.get(&migration).cloned()
    }

    /// Whether a migration is not meant to be taken back: its way down does nothing, as those of most of them.
    pub(crate) fn has_no_way_back(&self, migration: usize) -> bool {
        self.is_one_way && self.empty_downs.contains_key(&migration)
    }

    /// How many migrations create an enum and are not meant to be taken back.
    #[must_use]
    pub fn creates_without_way_back(&self) -> usize {
        let creates = |index: usize| {
            let events = &self.replay.events;
            let start = events.partition_point(|event| event.migration < index);
            let mut own = events[start..].iter().take_while(|event| event.migration == index);
            own.any(|event| matches!(event.change, Change::Created { .. }))
        };
        if !self.is_one_way {
            return 0;
        }
        self.empty_downs.keys().filter(|index| creates(**index)).count()
    }

    /// With what comes of each migration that is taken back ([`Options::round_trips`](pg_enum_migrations::Options::round_trips)),
    /// which the rules about the way down look at.
    #[must_use]
    pub fn with_round_trips(mut self, trips: Vec<RoundTrip>) -> Self {
        self.round_trips = trips;
        self
    }

    /// Adds what a way does, and says whether that is anything.
    fn add(
        &mut self,
        migration: usize,
        direction: Direction,
        part: &Part,
        reader: Reader<'_>,
    ) -> Does {
        let path = match part {
            Part::Sql(script) => {
                let before = self.statements.len();
                for statement in script.statements() {
                    let new = Statement::new(migration, direction, statement.at, None);
                    self.statements.push(new);
                }
                if self.statements.len() > before {
                    return Does::Steps;
                }
                let start = script.range.start;
                let line = script.source.text.get(start..).and_then(|rest| rest.lines().next());
                let end = start + line.unwrap_or_default().trim_end().len();
                return Does::Nothing(Location::new(&script.source, start..end));
            }
            Part::Code(path) => path,
        };
        // Replay reports a file that cannot be read.
        let Some(source) = self.source(path) else { return Does::Unknown };
        let Some(followed) = reader(&source, direction) else { return Does::Unknown };
        let Followed { steps, facts, left_out, empty, .. } = followed;
        let does = match empty {
            _ if !steps.is_empty() => Does::Steps,
            Some(at) => Does::Nothing(at),
            None => Does::Unknown,
        };
        if left_out > 0 {
            self.left_out.push((migration, left_out));
        }
        let sent = |text: &str| {
            let is = |fact: &&Fact| matches!(&fact.what, What::Sent { sql } if sql == text);
            facts.iter().find(is).map(|fact| fact.at.clone())
        };
        for step in steps {
            match step {
                Step::Sql(script) => {
                    for statement in script.statements() {
                        let new = Statement::new(migration, direction, statement.at, None);
                        self.statements.push(new);
                    }
                }
                Step::Made { sql, at, once } => {
                    let sent = sent(&sql);
                    let source = Arc::new(Source { path: path.clone(), text: sql });
                    let range = 0..source.text.len();
                    let script = Script { source, range };
                    for statement in script.statements() {
                        let text = statement.text().to_owned();
                        let mut new = Statement::new(migration, direction, at.clone(), Some(text));
                        new.sent.clone_from(&sent);
                        new.once.clone_from(&once);
                        self.statements.push(new);
                    }
                }
                Step::Unknown { at, message } | Step::Unreadable { at, message } => {
                    self.not_read.push((at, message));
                }
                Step::Tables { .. } => {}
            }
        }
        self.shown.extend(facts.into_iter().map(|fact| Shown { migration, direction, fact }));
        does
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

    /// The statements of a way that may be about types.
    pub(crate) fn about_types(&self, direction: Direction) -> impl Iterator<Item = &Statement> {
        self.of(direction).filter(|statement| statement.mentions(Mention::Type))
    }

    /// The statements of a migration on the way up.
    pub(crate) fn up_of(&self, migration: usize) -> &[Statement] {
        self.way_of(migration, Direction::Up)
    }

    /// The statements of a migration on the way down.
    pub(crate) fn down_of(&self, migration: usize) -> &[Statement] {
        self.way_of(migration, Direction::Down)
    }

    fn way_of(&self, migration: usize, direction: Direction) -> &[Statement] {
        // They are in this order.
        let place = |it: &Statement| (it.migration, it.direction == Direction::Down);
        let wanted = (migration, direction == Direction::Down);
        let start = self.statements.partition_point(|it| place(it) < wanted);
        let end = self.statements.partition_point(|it| place(it) <= wanted);
        &self.statements[start..end]
    }

    /// Whether a statement was run before something was refused, so that what replay knows at its place is what it met.
    pub(crate) fn is_replayed(&self, statement: &Statement) -> bool {
        statement.direction == Direction::Up
            && statement.migration < self.replay.replayed
            && self.refused.get(&statement.migration).is_none_or(|at| {
                at.path() == statement.at.path() && statement.at.range.end <= at.range.start
            })
    }

    /// Whether the server refuses something in a migration, so that nothing of it has happened in the end.
    pub(crate) fn is_refused(&self, migration: usize) -> bool {
        self.refused.contains_key(&migration)
    }

    /// Whether replay is certain of a type, as far as it says at the end.
    pub(crate) fn is_certain(&self, ty: &TypeState) -> bool {
        self.is_known(&ty.schema, &ty.name)
    }

    /// The same, of a name.
    pub(crate) fn is_known(&self, of: &str, ty: &str) -> bool {
        let is = |schema: &str, name: &str| *schema == *of && *name == *ty;
        let doubted = self.replay.enums.iter().any(|it| !it.known && is(&it.schema, &it.name));
        !doubted && !self.replay.perhaps.iter().any(|(schema, name, _)| is(schema, name))
    }

    /// Whether something of a type's name is dropped or renamed in the same migration before a statement ends, so that the
    /// name may be free.
    pub(crate) fn makes_way(&self, statement: &Statement, name: &Name) -> bool {
        let frees = |act: &Act| match act {
            Act::DropTypes { types, .. } => types.iter().any(|ty| ty.may_be(name)),
            Act::RenameType { ty, .. } => ty.may_be(name),
            _ => false,
        };
        let earlier = self.up_of(statement.migration).iter();
        let earlier = earlier.take_while(|it| it.at.range.start <= statement.at.range.start);
        let mut earlier = earlier.filter(|it| it.mentions(Mention::Type));
        earlier.any(|it| it.clauses().iter().any(|clause| frees(&clause.act)))
    }

    /// Whether a migration adds a label to a type, as far as its words say.
    pub(crate) fn adds(&self, migration: usize, name: &Name, wanted: &str) -> bool {
        let adds = |act: &Act| match act {
            Act::AddValue { ty, label: (label, _), .. } => label == wanted && ty.may_be(name),
            _ => false,
        };
        let mut statements = self.up_of(migration).iter().filter(|it| it.mentions(Mention::Type));
        statements.any(|it| it.clauses().iter().any(|clause| adds(&clause.act)))
    }

    /// Whether replay knows of something that a statement does to enums.
    pub(crate) fn has_event(&self, statement: &Statement) -> bool {
        let events = &self.replay.events;
        let start = events.partition_point(|event| event.migration < statement.migration);
        let of_migration = events[start..].iter();
        let mut of_migration =
            of_migration.take_while(|event| event.migration == statement.migration);
        of_migration.any(|event| {
            event.at.path() == statement.at.path()
                && statement.at.range.start <= event.at.range.start
                && event.at.range.start < statement.at.range.end
        })
    }

    /// The migration that a file is of, by index.
    pub(crate) fn migration_of(&self, path: &Path) -> Option<usize> {
        self.migrations.get(path).copied()
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

fn path_of(part: &Part) -> &Path {
    match part {
        Part::Sql(script) => &script.source.path,
        Part::Code(path) => path,
    }
}
