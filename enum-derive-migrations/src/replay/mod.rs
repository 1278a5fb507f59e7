//! Replay: what a folder's migrations make of a database's enums, statement by statement, by the
//! server's rules and without a server.

mod code;
mod idle;
mod state;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::code::{Code, CodeStep, ReadCode};
pub use self::state::{EnumState, LabelState};
use crate::folder::{Between, Folder, Running};
use crate::ground::{
    Event, Finding, Kind, Location, Migration, Part, Refusal, Script, Source, Step, Transaction,
    TypeId, parallel,
};
use crate::meaning::assumptions::{Assumption, Met};
use crate::meaning::session::Session;
use crate::meaning::statement::Executor;
use crate::text::created::{Created, created};
use crate::text::mask::mask;
use crate::text::nesting::with_deep_stack;
use crate::text::origin::Origin;
use crate::text::script::{self, Piece, Pieces, Sender, torn, unclosed};
use crate::text::strings::{Backslash, respelled};

/// How to replay.
///
/// ```
/// use pg_enum_migrations::{Folder, Options};
/// # let root = tempfile::tempdir()?;
/// # std::fs::write(root.path().join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
/// # let root = root.path();
/// let folder = Folder::open(root)?;
/// let replay = Options::new().search_path(["app", "public"]).replay(&folder)?;
/// assert_eq!(replay.enums[0].schema, "app");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    search_path: Vec<String>,
    schemas: Option<Vec<String>>,
    until: Option<String>,
    keep_going: bool,
    pending: Option<(usize, u32)>,
    assumptions: Vec<Assumption>,
    progress: Progress,
    read_code: ReadCode,
}

/// Who is told how far replay is.
#[derive(Clone)]
struct Progress(Arc<dyn Fn(usize, usize) + Send + Sync>);

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// All migrations, with the server's own `search_path`, up to the first that is refused.
    #[must_use]
    pub fn new() -> Self {
        Self {
            search_path: vec!["$user".into(), "public".into()],
            schemas: None,
            until: None,
            keep_going: false,
            pending: None,
            assumptions: Vec::new(),
            progress: Progress(Arc::new(|_, _| {})),
            read_code: ReadCode::nobody(),
        }
    }

    /// What `search_path` is when the tool connects: schemas that are there already. By default
    /// `"$user", public`, of which the first is taken not to exist.
    #[must_use]
    pub fn search_path(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.search_path = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Schemas that are there before the first migration, besides `public` and those of
    /// [`search_path`](Self::search_path); perhaps none.
    ///
    /// Unless this is said, a schema that no migration creates is taken to be there, and reported as
    /// unknown. With it, one that is missing is refused.
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas = Some(schemas.into_iter().map(Into::into).collect());
        self
    }

    /// Stops after this migration: its version, its name, or the name of its file.
    #[must_use]
    pub fn until(mut self, version: impl Into<String>) -> Self {
        self.until = Some(version.into());
        self
    }

    /// Goes on with the next migration where one is refused, which has no effect of its own then
    /// except for what it had committed; as psql goes on with the next statement.
    #[must_use]
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// The migrations from this one on, counted from zero, are run now, on a server of this major version; all before
    /// it have been run somehow.
    ///
    /// It makes a difference in two cases. A tool may have one transaction for all that it runs now (drizzle). And up
    /// to version 16, a label that is added to a type cannot be used in the same transaction even if that has made the
    /// type (`PostgreSQL` manual, `ALTER TYPE`, notes); unless this is said, only what no version accepts is refused.
    #[must_use]
    pub fn pending_from(mut self, index: usize, server: u32) -> Self {
        self.pending = Some((index, server));
        self
    }

    /// What the statement at a line of a file comes to, where replay cannot know it: SQL, or `nothing`. It is what a
    /// comment in the file would say, for a file that must not be changed any more.
    ///
    /// The file is given by its path below the folder's root. The line is that at which the statement begins, or any
    /// other of its lines; inside a block, that at which a statement of the block begins. In a migration that is no
    /// SQL, it may be any line.
    ///
    /// What is assumed of a statement that replay reads by itself, or where there is none, is a finding
    /// ([`Kind::Assumption`]).
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');\nSELECT add_moods();")?;
    /// std::fs::write(root.join("2_more.sql"), "DO LANGUAGE plperl 'add_more()';")?;
    ///
    /// let options = Options::new().assume("2_more.sql", 1, "ALTER TYPE mood ADD VALUE 'ok'");
    /// let replay = options.replay(&Folder::open(root)?)?;
    /// assert_eq!(replay.enums[0].labels[1].text, "ok");
    /// assert!(replay.findings.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn assume(mut self, file: impl Into<PathBuf>, line: usize, sql: impl Into<String>) -> Self {
        let (file, sql) = (file.into(), sql.into());
        self.assumptions.push(Assumption { file, line, sql, met: Met::Nothing });
        self
    }

    /// Calls this before each migration, with how many have been replayed and how many there are to
    /// replay. It is called on another thread.
    #[must_use]
    pub fn on_progress(mut self, tell: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.progress = Progress(Arc::new(tell));
        self
    }

    /// Has migrations that are no SQL read by this: from the folder's root and the file, what the migration does, in
    /// order; nothing if it cannot tell.
    ///
    /// By default, and where it cannot tell, what such a migration does is unknown. Comments in the file that say it
    /// (`pg-enum: assume …`) come before what is read.
    ///
    /// ```
    /// use pg_enum_migrations::folder::{Script, Step};
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("V1__mood.rs"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// let folder = Folder::open(root)?;
    /// // A language in which all text is SQL.
    /// let options = Options::new().read_code(|_, source| {
    ///     Some(vec![Step::Sql(Script { source: source.clone(), range: 0..source.text.len() })])
    /// });
    /// assert_eq!(options.replay(&folder)?.enums[0].name, "mood");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn read_code(
        mut self,
        read: impl Fn(&Path, &Arc<Source>) -> Option<Vec<Step>> + Send + Sync + 'static,
    ) -> Self {
        self.read_code = ReadCode(Arc::new(read));
        self
    }

    /// Replays a folder.
    ///
    /// # Errors
    ///
    /// When there is no migration [`until`](Self::until) which to go. What is wrong with the
    /// migrations is in [`Replay::findings`].
    pub fn replay(&self, folder: &Folder) -> Result<Replay, UnknownVersion> {
        let end = match &self.until {
            Some(version) => match find_version(&folder.migrations, version) {
                Some(index) => index + 1,
                None => return Err(UnknownVersion { version: version.clone() }),
            },
            None => folder.migrations.len(),
        };
        Ok(with_deep_stack(|| replayed(folder, self, end)))
    }
}

/// There is no migration of that version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion {
    version: String,
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no migration has the version `{}`", self.version)
    }
}

impl std::error::Error for UnknownVersion {}

fn find_version(migrations: &[Migration], version: &str) -> Option<usize> {
    let named = |migration: &Migration| {
        migration.version == version
            || migration.name == version
            || migration.name.rsplit('/').next() == Some(version)
            || migration.name.strip_suffix(".sql") == Some(version)
    };
    migrations.iter().rposition(named)
}

/// What the migrations say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Replay {
    /// Every enum that is there in the end, by schema and name.
    pub enums: Vec<EnumState>,
    /// Everything that happened to enums, in order, those that were dropped included. What was rolled
    /// back did not happen.
    pub events: Vec<Event>,
    /// What the server would refuse, what cannot be known, what cannot be read: in the order in
    /// which the migrations run.
    pub findings: Vec<Finding>,
    /// How many migrations were replayed, the one that was refused included.
    pub replayed: usize,
    /// How many there were to replay. Fewer were replayed where one is refused.
    pub total: usize,
}

impl Replay {
    /// Replays all of a folder, as [`Options::new`] has it.
    #[must_use]
    pub fn of(folder: &Folder) -> Self {
        let options = Options::new();
        match options.replay(folder) {
            Ok(replay) => replay,
            // Without a version there is none that could be missing.
            Err(UnknownVersion { .. }) => replayed(folder, &options, 0),
        }
    }

    /// What happened to one enum, in order.
    pub fn events_of(&self, id: TypeId) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.id == id)
    }
}

/// Replays a folder up to a migration.
///
/// Where one transaction goes around all migrations, a label that one of them adds cannot be used by a later one until
/// `PostgreSQL` 16. Databases have got their migrations one after the other, so the enums are those of migrations that
/// are committed; but an empty database gets all at once, and what it refuses is reported beside that.
fn replayed(folder: &Folder, options: &Options, end: usize) -> Replay {
    let mut replay = Runner::new(folder, options).run(end);
    if !folder.together || options.pending.is_some() {
        return replay;
    }
    let quiet = Options { progress: Progress(Arc::new(|_, _| {})), ..options.clone() };
    let together = Runner { is_held: true, ..Runner::new(folder, &quiet) }.run(end);
    let is_new = |finding: &&Finding| {
        matches!(&finding.kind, Kind::Refused { sqlstate } if sqlstate == "55P04")
            && !replay.findings.contains(finding)
    };
    if let Some(found) = together.findings.iter().find(is_new) {
        let help = format!(
            "{} runs all pending migrations in one transaction, which up to PostgreSQL 16 fails here on an empty \
             database; deploy the one that adds the label by itself, and say so with `transaction = \"file\"`",
            folder.tool
        );
        replay.findings.push(found.clone().with_help(help));
        sort_findings(&mut replay.findings, folder.migrations.get(..end).unwrap_or_default());
    }
    replay
}

struct Runner<'a> {
    folder: &'a Folder,
    /// Whether all migrations are in one transaction, on a server that minds.
    is_held: bool,
    keep_going: bool,
    /// Whether a schema that no migration makes is taken to be there.
    assumes_schemas: bool,
    /// Which migrations are run now, and by which server.
    pending: Option<(usize, u32)>,
    progress: Progress,
    read_code: ReadCode,
    session: Session,
    /// What was refused. Unlike what the session reports, it stands when the transaction is undone.
    refused: Vec<Finding>,
}

/// How often the rest of a script is cut again because a setting says what a backslash is.
const MAX_CUTS: usize = 100;

/// What has come of several statements that psql sends in one message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    /// It is at an end, or has only one statement.
    Whole,
    Begun,
    /// The server passes over the rest.
    Refused,
}

/// A script cut into statements, ready to run.
struct Prepared<'a> {
    script: Script,
    /// What it takes a backslash to be.
    backslash: Backslash,
    text: Cow<'a, str>,
    pieces: Pieces,
    /// What it creates, as far as its statements' first words tell.
    created: Vec<Created>,
    /// Its placeholders, each with what stands for it.
    placeholders: Vec<(String, String)>,
}

impl<'a> Prepared<'a> {
    fn new(script: &'a Script, running: Running) -> Self {
        Self::of(script.clone(), Cow::Borrowed(script.text()), running, Backslash::default())
    }

    /// The same, of a script that is nobody else's.
    fn owned(script: Script, running: Running) -> Prepared<'static> {
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), running, Backslash::default())
    }

    /// What is left of the script behind a byte of its text, with other backslashes.
    fn rest(&self, start: usize, running: Running, backslash: Backslash) -> Prepared<'static> {
        let Script { source, range } = &self.script;
        let script = Script { source: Arc::clone(source), range: range.start + start..range.end };
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), running, backslash)
    }

    fn of(script: Script, text: Cow<'a, str>, running: Running, backslash: Backslash) -> Self {
        let mut placeholders = Vec::new();
        let text = changed(text, |text| respelled(text, backslash));
        let text = changed(text, |text| {
            mask(text, running.placeholders, |hole, original| {
                placeholders.push((hole.to_owned(), original.to_owned()));
            })
        });
        let sender = if running.between == Between::Psql { Sender::Psql } else { Sender::Server };
        let pieces = script::pieces(&text, sender);
        let statements = pieces.list.iter().filter_map(|piece| match piece {
            Piece::Statement { range, .. } => Some(&text[range.clone()]),
            _ => None,
        });
        let created = statements.filter_map(created).collect();
        Self { script, backslash, text, pieces, created, placeholders }
    }
}

/// The text as `change` has it, which mostly leaves it as it is.
fn changed(text: Cow<'_, str>, change: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    let changed = match change(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(changed) => Some(changed),
    };
    changed.map_or(text, Cow::Owned)
}

impl<'a> Runner<'a> {
    fn new(folder: &'a Folder, options: &Options) -> Self {
        let schemas = options.schemas.as_deref().unwrap_or_default();
        let mut session = Session::new(&options.search_path, schemas);
        Executor::new(&mut session).set_assumptions(options.assumptions.clone());
        Self {
            folder,
            is_held: false,
            keep_going: options.keep_going,
            assumes_schemas: options.schemas.is_none(),
            pending: options.pending,
            progress: options.progress.clone(),
            read_code: options.read_code.clone(),
            session,
            refused: Vec::new(),
        }
    }

    fn run(mut self, end: usize) -> Replay {
        let folder = self.folder;
        let running = folder.tool.running();
        let migrations = folder.migrations.get(..end).unwrap_or_default();
        // All are cut up before any is run, so that the names of all enums are known.
        let prepared = parallel::map(migrations, |migration| match &migration.up {
            Part::Sql(script) => Some(Prepared::new(script, running)),
            Part::Code(_) => None,
        });
        // A reader may want a deep stack, which is this thread's.
        let codes: Vec<_> = migrations
            .iter()
            .map(|migration| match &migration.up {
                Part::Sql(_) => None,
                Part::Code(path) => Some(Code::read(&folder.root, path, running, &self.read_code)),
            })
            .collect();
        for script in prepared.iter().flatten() {
            self.learn(script);
        }
        for script in codes.iter().flatten().flat_map(Code::scripts) {
            self.learn(script);
        }
        if self.assumes_schemas || running.makes_schemas {
            self.session.connection.catalog.assume_schemas();
        }
        self.session.run.damaged_files =
            folder.findings.iter().map(|finding| finding.at.path().to_owned()).collect();
        self.session.run.minds_schemas = !running.makes_schemas;
        let mut findings = folder.findings.clone();
        let mut replayed = 0;
        for (index, migration) in migrations.iter().enumerate() {
            (self.progress.0)(index, migrations.len());
            self.session.connection.catalog.migration = index;
            let (is_held, minds_fresh_types) = match self.pending {
                Some((from, server)) => {
                    (index >= from && folder.together, index >= from && server < 17)
                }
                None => (self.is_held, self.is_held),
            };
            self.session.connection.is_held = is_held;
            self.session.connection.catalog.minds_fresh_types = minds_fresh_types;
            replayed = index + 1;
            let refused = match (&prepared[index], &codes[index]) {
                (Some(script), _) => self.run_script(script, migration.transaction),
                (None, Some(code)) => self.run_code(code, migration.transaction),
                (None, None) => Ok(()),
            };
            match running.between {
                Between::Psql if !folder.together => self.session.disconnect(),
                Between::Restored if !self.session.connection.in_transaction_block() => {
                    self.session.connection.reset_path(false);
                    self.session.connection.catalog.commit();
                }
                _ => {}
            }
            if refused.is_err() && !self.keep_going {
                break;
            }
        }
        self.session.disconnect();
        let enums = state::enums(&self.session);
        findings.extend(self.idle_assumptions(replayed));
        findings.append(&mut self.session.run.findings);
        findings.append(&mut self.refused);
        sort_findings(&mut findings, migrations);
        let total = migrations.len();
        Replay { enums, events: self.session.connection.catalog.events, findings, replayed, total }
    }

    /// Takes note of what a script creates before any script runs.
    fn learn(&mut self, script: &Prepared<'_>) {
        for created in &script.created {
            match created {
                Created::Type(name) => self.session.memory.note_type(name),
                Created::Schema(name) => {
                    self.session.connection.catalog.note_schema(Arc::clone(name));
                }
            }
        }
        for (hole, original) in &script.placeholders {
            self.session.memory.note_placeholder(hole, original);
        }
    }

    /// Runs a script. `Err` if the server would not go on.
    fn run_script(&mut self, script: &Prepared<'_>, transaction: Transaction) -> Result<(), ()> {
        self.session.begin_script(transaction);
        let mut rest = self.cut_again(script, 0);
        let mut cuts = 0;
        let result = loop {
            let script = rest.as_ref().unwrap_or(script);
            let (end, result) = self.run_pieces(script, transaction);
            let Some(end) = end else { break result };
            cuts += 1;
            if cuts > MAX_CUTS {
                let at = script.script.range.start + end;
                let at = Location::new(&script.script.source, at..at);
                let message = "standard_conforming_strings is set too often to be followed";
                self.session.unknown(&at, message, &[]);
                break result;
            }
            rest = self.cut_again(script, end);
        };
        self.session.end_script(transaction);
        result
    }

    /// What is left of a script behind a byte of its text, if backslashes are something else by now.
    fn cut_again(&mut self, script: &Prepared<'_>, start: usize) -> Option<Prepared<'static>> {
        let backslash = self.session.connection.catalog.backslash();
        if backslash == script.backslash {
            return None;
        }
        let rest = script.rest(start, self.folder.tool.running(), backslash);
        self.learn(&rest);
        Some(rest)
    }

    /// Runs a script until its end, or until backslashes are something else: where that is. `Err` if the server
    /// would not go on.
    fn run_pieces(
        &mut self,
        script: &Prepared<'_>,
        transaction: Transaction,
    ) -> (Option<usize>, Result<(), ()>) {
        let source = &script.script.source;
        let offset = script.script.range.start;
        let per_statement = transaction == Transaction::PerStatement;
        let mut message = Message::Whole;
        let mut result = Ok(());
        for piece in &script.pieces.list {
            let (range, words, directives) = match piece {
                Piece::Statement { range, words, directives, .. } => {
                    (range.clone(), words.clone(), directives.as_slice())
                }
                Piece::Command { range, directives } => {
                    (range.clone(), 0..0, directives.as_slice())
                }
                Piece::Dangling { range } => (range.clone(), 0..0, std::slice::from_ref(range)),
                Piece::Unclosed { at, what } => {
                    let at = Location::new(source, offset + at..offset + at + 1);
                    self.session.run.report(unclosed(at, what));
                    continue;
                }
                Piece::Torn { at } => {
                    let at = Location::new(source, offset + at..offset + at + 1);
                    self.session.run.report(torn(at));
                    continue;
                }
            };
            let goes_on = per_statement && matches!(piece, Piece::Statement { goes_on: true, .. });
            if goes_on && message == Message::Whole {
                // The statements of one message are a transaction.
                self.session.begin_script(Transaction::Implicit);
                message = Message::Begun;
            }
            if message == Message::Refused {
                if !goes_on {
                    message = Message::Whole;
                }
                continue;
            }
            let at = Location::new(source, offset + range.start..offset + range.end);
            let origin = Origin::file(source, offset + range.start);
            let text = &script.text[range.clone()];
            let refused = if !directives.is_empty() {
                let directives: Vec<_> = directives
                    .iter()
                    .map(|range| (&script.text[range.clone()], offset + range.start))
                    .collect();
                Executor::new(&mut self.session).is_said_in_comment(&at);
                self.assume(&directives, source)
            } else if matches!(piece, Piece::Command { .. }) {
                self.session.execute(&at, |session| {
                    Executor::new(session).run_or_assume(&at, |executor| {
                        executor.command(text, &at);
                        Ok(())
                    })
                })
            } else {
                let words = script.pieces.words(&script.text, &words);
                self.session.execute(&at, |session| {
                    Executor::new(session).run_or_assume(&at, |executor| {
                        executor.run_statement(text, words, &origin, &at)
                    })
                })
            };
            let is_refused = refused.is_err();
            if let Err(refusal) = refused {
                // The transaction has failed before, and that has been reported.
                if &*refusal.sqlstate != "25P02" {
                    self.refused.push(refused_finding(refusal, &at));
                }
                result = Err(());
                if !per_statement || !self.keep_going {
                    break;
                }
            }
            if message == Message::Begun && (is_refused || !goes_on) {
                self.session.end_script(Transaction::Implicit);
                message = if goes_on { Message::Refused } else { Message::Whole };
            }
            // The server reads a message as a whole before it runs any of it.
            if per_statement
                && message == Message::Whole
                && self.session.connection.catalog.backslash() != script.backslash
            {
                return (Some(range.end), result);
            }
        }
        if message == Message::Begun {
            self.session.end_script(Transaction::Implicit);
        }
        (None, result)
    }

    /// Runs what comments say in place of a statement.
    fn assume(
        &mut self,
        directives: &[(&str, usize)],
        source: &Arc<Source>,
    ) -> Result<(), Refusal> {
        for (comment, start) in directives {
            let at = Location::new(source, *start..start + comment.len());
            let origin = Origin::file(source, *start);
            self.session.execute(&at, |session| Executor::new(session).assume(comment, &origin))?;
        }
        Ok(())
    }

    /// A migration that is written in another language.
    fn run_code(&mut self, code: &Code, transaction: Transaction) -> Result<(), ()> {
        let refused_at_start = |this: &mut Self, refusal| {
            let at = Location::new(&code.source, 0..0);
            this.refused.push(refused_finding(refusal, &at));
        };
        for step in &code.steps {
            match step {
                CodeStep::Script(script) => self.run_script(script, transaction)?,
                CodeStep::Unknown { at, message } => self.session.unknown(at, &**message, &[]),
                CodeStep::NotRead(at) => {
                    let ran = self
                        .session
                        .execute(at, |session| Executor::new(session).assume_of_code(at));
                    ran.map_err(|refusal| refused_at_start(self, refusal))?;
                }
                CodeStep::Directive(range) => {
                    let Some(comment) = code.source.text.get(range.clone()) else { continue };
                    let whole = Location::new(&code.source, 0..code.source.text.len());
                    Executor::new(&mut self.session).is_said_in_comment(&whole);
                    let assumed = self.assume(&[(comment, range.start)], &code.source);
                    assumed.map_err(|refusal| refused_at_start(self, refusal))?;
                }
            }
        }
        Ok(())
    }
}

/// In the order in which the migrations run, and by place within a file.
fn sort_findings(findings: &mut [Finding], migrations: &[Migration]) {
    if findings.len() < 2 {
        return;
    }
    let mut order: HashMap<&Path, usize> = HashMap::new();
    for (index, migration) in migrations.iter().enumerate() {
        order.entry(migration.path()).or_insert(index);
    }
    findings.sort_by(|left, right| {
        // What is about no migration (a journal, say) comes first.
        let key =
            |finding: &Finding| (order.get(finding.at.path()).copied(), finding.at.range.start);
        key(left).cmp(&key(right))
    });
}

fn refused_finding(refusal: Refusal, at: &Location) -> Finding {
    let refusal = refusal.into_details();
    let at = refusal.at.unwrap_or_else(|| at.clone());
    let kind = Kind::Refused { sqlstate: refusal.sqlstate.to_string() };
    let mut finding = Finding::new(kind, refusal.message, at);
    finding.related = refusal.related;
    finding.help = refusal.help;
    finding
}
