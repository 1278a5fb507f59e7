//! What drives a folder's migrations through a session.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::mem;
use std::sync::Arc;

use super::code::Code;
use super::findings::{refused_finding, sort_findings};
use super::options::{Options, Progress, UnknownVersion};
use super::prepared::{Prepared, Reading};
use super::way::Way;
use super::{EnumState, Replay, RoundTrip, mentions, state, tables};
use crate::folder::{Between, Folder, Outside, Running};
use crate::ground::{Finding, Kind, Migration, Part, Transaction, parallel};
use crate::meaning::session::{Outside as OfConnection, Session};
use crate::meaning::statement::Executor;
use crate::text::created::Created;
use crate::text::nesting::with_deep_stack;
use crate::text::script::{Piece, torn, unclosed};

impl Options {
    /// Replays a folder.
    ///
    /// # Errors
    ///
    /// When there is no migration [`until`](Self::until) which to go. What is wrong with the
    /// migrations is in [`Replay::findings`].
    pub fn replay(&self, folder: &Folder) -> Result<Replay, UnknownVersion> {
        let end = self.end(folder)?;
        Ok(with_deep_stack(|| replayed(folder, self, end)))
    }

    /// How many migrations there are to replay.
    pub(super) fn end(&self, folder: &Folder) -> Result<usize, UnknownVersion> {
        match &self.until {
            Some(version) => match find_version(&folder.migrations, version) {
                Some(index) => Ok(index + 1),
                None => Err(UnknownVersion { version: version.clone() }),
            },
            None => Ok(folder.migrations.len()),
        }
    }
}

fn find_version(migrations: &[Migration], version: &str) -> Option<usize> {
    let named = |migration: &Migration| {
        migration.version == version
            || migration.name == version
            || migration.name.rsplit('/').next() == Some(version)
            || migration.name.strip_suffix(".sql") == Some(version)
    };
    migrations.iter().rposition(named)
}

/// Replays a folder up to a migration.
///
/// Where one transaction goes around all migrations, a label that one of them adds cannot be used by a later one until
/// `PostgreSQL` 16. Databases have got their migrations one after the other, so the enums are those of migrations that
/// are committed; but an empty database gets all at once, and what it refuses is reported beside that.
///
/// Where a library sends something once in a run, all migrations are one run, as on an empty database; what is refused
/// where each has a run of its own is reported beside that. If only the one run is refused, it is the other way round.
pub(super) fn replayed(folder: &Folder, options: &Options, end: usize) -> Replay {
    let migrations = folder.migrations.get(..end).unwrap_or_default();
    let codes = read_codes(folder, migrations, options);
    let first_down = migrations.len().saturating_sub(options.down);
    let downs = Way::down(folder, &migrations[first_down..], options);
    let mut runner = Runner::new(folder, options);
    let mut replay = runner.run(migrations, &codes, &downs);
    let quiet = Options { progress: Progress(Arc::new(|_, _| {})), ..options.clone() };
    if runner.has_left_out {
        let mut runner = Runner { run: Run::Apart, ..Runner::new(folder, &quiet) };
        let apart = runner.run(migrations, &codes, &downs);
        replay = of_both(replay, apart);
        sort_findings(&mut replay.findings, migrations);
    }
    if !folder.together || options.pending.is_some() {
        return replay;
    }
    let mut runner = Runner { run: Run::Held, ..Runner::new(folder, &quiet) };
    let together = runner.run(migrations, &codes, &[]);
    let is_new = |finding: &&Finding| {
        matches!(&finding.kind, Kind::Refused { sqlstate } if sqlstate == "55P04")
            && !replay.findings.contains(finding)
    };
    if let Some(found) = together.findings.iter().find(is_new) {
        let help = format!(
            "{} runs all pending migrations in one transaction, which up to PostgreSQL 16 fails here on an empty \
             database; {}",
            folder.tool,
            folder.tool.rules().apart()
        );
        replay.findings.push(found.clone().with_help(help));
        sort_findings(&mut replay.findings, migrations);
    }
    replay
}

/// What comes of migrations in one run and of a run for each: of what gets further, with what the other is refused beside it.
fn of_both(mut one: Replay, mut apart: Replay) -> Replay {
    let reach = |replay: &Replay| (replay.replayed, !replay.findings.iter().any(Finding::stops));
    match reach(&apart).cmp(&reach(&one)) {
        Ordering::Greater => {
            let help = "this fails where all migrations are applied in one run, as on an empty database, because it \
                        creates a type of a name once; where they were deployed one after the other, it has passed: \
                        create the type with op.execute, and give the column `postgresql.ENUM(…, create_type=False)`";
            for mut found in one.findings.into_iter().filter(Finding::stops) {
                found.only_in_one_run = true;
                apart.findings.push(found.with_help(help));
            }
            apart
        }
        Ordering::Less => {
            let help = "this passes where all migrations are applied in one run, because it creates a type once; it fails \
                        where it is deployed after the others: create the type in one migration only, with \
                        `create_type=False` of `postgresql.ENUM` in the others";
            for mut found in apart.findings.into_iter().filter(Finding::stops) {
                found.only_apart = true;
                one.findings.push(found.with_help(help));
            }
            one
        }
        Ordering::Equal => {
            let is_new = |found: &Finding| found.stops() && !one.findings.contains(found);
            let (new, _): (Vec<Finding>, Vec<Finding>) =
                mem::take(&mut apart.findings).into_iter().partition(is_new);
            one.findings.extend(new);
            if !one.findings.iter().any(Finding::stops) {
                doubt_what_differs(&mut one, &apart);
            }
            one
        }
    }
}

/// What one run makes of an enum, and what separate runs make of it, is not known to be the same.
fn doubt_what_differs(one: &mut Replay, apart: &Replay) {
    let key = |state: &EnumState| (state.schema.clone(), state.name.clone());
    let labels = |state: &EnumState| -> Vec<String> {
        state.labels.iter().map(|label| label.text.clone()).collect()
    };
    let in_one: BTreeSet<_> = one.enums.iter().map(key).collect();
    let in_apart: BTreeMap<_, _> =
        apart.enums.iter().map(|state| (key(state), labels(state))).collect();
    let only_apart = apart.enums.iter().filter(|state| !in_one.contains(&key(state))).cloned();
    one.enums.extend(only_apart);
    for state in &mut one.enums {
        let (schema, name) = key(state);
        let differs = match in_apart.get(&key(state)) {
            None => "is there only where all migrations are applied in one run".to_owned(),
            Some(_) if !in_one.contains(&key(state)) => {
                "is there only where each migration has a run of its own".to_owned()
            }
            Some(other) if state.known && *other != labels(state) => format!(
                "has the labels {} where all migrations are applied in one run, and {} where each has a run of its own",
                labels(state).join(", "),
                other.join(", ")
            ),
            Some(_) => continue,
        };
        state.known = false;
        let kind = Kind::Unknown { touches: vec![name.clone()] };
        let found =
            Finding::new(kind, format!("type {schema}.{name} {differs}"), state.created.clone());
        one.findings.push(found.with_help(
            "create the type with op.execute, and give the columns `postgresql.ENUM(…, create_type=False)`",
        ));
    }
}

/// The migrations that are code, read once for all runs.
pub(super) fn read_codes(
    folder: &Folder,
    migrations: &[Migration],
    options: &Options,
) -> Vec<Option<Code>> {
    let reading = Reading::of(folder, options);
    parallel::map(migrations, &|migration| match &migration.up {
        Part::Sql(_) => None,
        Part::Code(path) => Some(Code::read(&folder.root, path, reading, &options.read_code)),
    })
}

/// What a tool does with a statement that runs in no transaction block.
fn outside(running: Running) -> OfConnection {
    OfConnection {
        is_found: running.outside == Outside::Found,
        is_first_alone: running.pipelines,
        is_one_string: running.sends_strings,
        asked: match running.outside {
            Outside::Asked(how) => Some(how),
            Outside::Found | Outside::Never => None,
        },
    }
}

/// What migrations are run in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    /// One run of the tool, with a transaction for each.
    Usual,
    /// One run and one transaction, on a server that minds.
    Held,
    /// A run for each.
    Apart,
}

pub(super) struct Runner<'a> {
    pub(super) folder: &'a Folder,
    run: Run,
    keep_going: bool,
    /// Whether a schema that no migration makes is taken to be there.
    assumes_schemas: bool,
    /// Which migrations are run now, and by which server.
    pending: Option<(usize, u32)>,
    /// The oldest version of the servers.
    oldest: Option<u32>,
    progress: Progress,
    /// What one run of the tool has sent and does not send again.
    pub(super) sent: HashSet<String>,
    /// Whether something was not sent again.
    pub(super) has_left_out: bool,
    /// What comes of each migration's way down, if that is asked for.
    pub(super) trips: Option<Vec<RoundTrip>>,
    pub(super) session: Session,
    /// What was refused. Unlike what the session reports, it stands when the transaction is undone.
    pub(super) refused: Vec<Finding>,
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

impl<'a> Runner<'a> {
    pub(super) fn new(folder: &'a Folder, options: &Options) -> Self {
        let schemas = options.schemas.as_deref().unwrap_or_default();
        let mut session = Session::new(&options.search_path, schemas);
        session.connection.catalog.follows_tables = options.tables;
        Executor::new(&mut session).set_assumptions(options.assumptions.clone());
        Self {
            folder,
            run: Run::Usual,
            keep_going: options.keep_going,
            assumes_schemas: options.schemas.is_none(),
            pending: options.pending,
            oldest: options.oldest,
            progress: options.progress.clone(),
            sent: HashSet::new(),
            has_left_out: false,
            trips: None,
            session,
            refused: Vec::new(),
        }
    }

    /// Runs migrations, and then takes back the last of them, which have these ways down. If round trips are asked for,
    /// these are the ways down of all, and each is run right after its migration.
    pub(super) fn run(
        &mut self,
        migrations: &[Migration],
        codes: &[Option<Code>],
        downs: &[Option<Way<'_>>],
    ) -> Replay {
        let folder = self.folder;
        let running = folder.tool.running();
        let reading = self.reading();
        // All are cut up before any is run, so that the names of all enums are known.
        let mut prepared = parallel::map(migrations, &|migration| match &migration.up {
            Part::Sql(script) => Some(Prepared::new(script, reading)),
            Part::Code(_) => None,
        });
        for script in prepared.iter().flatten() {
            self.learn(script);
        }
        for code in codes.iter().flatten() {
            for script in code.scripts() {
                self.learn(script);
            }
        }
        for down in downs.iter().flatten() {
            for script in down.scripts() {
                self.learn(script);
            }
        }
        if self.assumes_schemas || running.makes_schemas {
            self.session.connection.catalog.assume_schemas();
        }
        for finding in &folder.findings {
            self.session.run.damaged_files.insert(finding.at.path().to_owned());
        }
        self.session.run.minds_schemas = !running.makes_schemas;
        self.session.connection.outside = outside(running);
        let mut findings = folder.findings.clone();
        let mut replayed = 0;
        for (index, migration) in migrations.iter().enumerate() {
            (self.progress.0)(index, migrations.len());
            self.session.connection.catalog.migration = index;
            let (is_held, minds_fresh_types) = match self.pending {
                Some((from, server)) => {
                    (index >= from && folder.together, index >= from && server < 17)
                }
                None => {
                    let is_held = self.run == Run::Held;
                    (is_held, self.oldest.map_or(is_held, |oldest| oldest < 17))
                }
            };
            self.session.connection.is_held = is_held;
            if self.run == Run::Apart {
                self.sent.clear();
            }
            self.session.connection.catalog.minds_fresh_types = minds_fresh_types;
            replayed = index + 1;
            let found = self.trips.is_some().then(|| self.keep_journal());
            // It is dropped when it has run, while its memory is still at hand.
            let script = prepared[index].take();
            let mut up = |this: &mut Self| match (&script, &codes[index]) {
                (Some(script), _) => this.run_script(script, migration.transaction),
                (None, Some(code)) => this.run_code(code, migration.transaction),
                (None, None) => Ok(()),
            };
            let refused = up(self);
            self.between(running.between);
            if let Some(found) = found {
                let down = downs[index].as_ref().filter(|_| refused.is_ok());
                self.round_trip(migration, found, down, &mut up);
            }
            if refused.is_err() && !self.keep_going {
                break;
            }
        }
        let goes_down = self.trips.is_none() && replayed == migrations.len();
        let taken_back = if goes_down { self.go_down(migrations, downs) } else { 0 };
        self.session.disconnect();
        let enums = state::enums(&self.session);
        findings.extend(self.idle_assumptions(replayed));
        findings.append(&mut self.session.run.findings);
        findings.append(&mut self.refused);
        sort_findings(&mut findings, migrations);
        let perhaps = state::perhaps(&self.session, &findings);
        let vague = |kind: &Kind| matches!(kind, Kind::Unknown { touches } if touches.is_empty());
        let vague = findings.iter().any(|finding| vague(&finding.kind));
        let (mentions, comments, renamed) = mentions::mentions(self.session.catalog());
        let (tables, any_table) = tables::tables(&mut self.session);
        let events = mem::take(&mut self.session.connection.catalog.events);
        let taken = mem::take(&mut self.session.connection.catalog.taken);
        Replay {
            enums,
            perhaps,
            vague,
            tables,
            any_table,
            older_table: self.session.memory.older_table.take(),
            mentions,
            comments,
            renamed,
            events,
            taken,
            findings,
            replayed,
            taken_back,
            total: migrations.len(),
        }
    }

    /// What comes after a migration, before the next.
    fn between(&mut self, between: Between) {
        match between {
            Between::Psql if !self.folder.together => self.session.disconnect(),
            Between::Restored if !self.session.connection.in_transaction_block() => {
                self.session.connection.reset_path(false);
                self.session.connection.catalog.commit();
            }
            Between::Reset if !self.session.connection.in_transaction_block() => {
                self.session.connection.reset_settings();
                self.session.connection.catalog.commit();
            }
            _ => {}
        }
    }

    /// Takes the last migrations back by these ways down, from the last to the first, until one has none or is refused:
    /// how many.
    fn go_down(&mut self, migrations: &[Migration], downs: &[Option<Way<'_>>]) -> usize {
        let first = migrations.len() - downs.len();
        let mut taken_back = 0;
        for (index, down) in downs.iter().enumerate().rev() {
            let Some(down) = down else { break };
            let migration = &migrations[first + index];
            self.session.connection.catalog.migration = first + index;
            taken_back += 1;
            let refused = self.go(down, migration.transaction);
            if refused.is_err() && !self.keep_going {
                break;
            }
        }
        taken_back
    }

    /// Takes a migration back, in a run of its own.
    pub(super) fn go(&mut self, down: &Way<'_>, transaction: Transaction) -> Result<(), ()> {
        self.session.disconnect();
        self.sent.clear();
        let refused = match down {
            Way::Script(script) => self.run_script(script, transaction),
            Way::Code(code) => self.run_code(code, transaction),
        };
        self.session.disconnect();
        refused
    }

    fn reading(&self) -> Reading {
        let follows_tables = self.session.catalog().follows_tables;
        Reading { running: self.folder.tool.running(), follows_tables }
    }

    /// Takes note of what a script creates before any script runs.
    fn learn(&mut self, script: &Prepared<'_>) {
        for created in &script.created {
            match created {
                Created::Type(path) => self.session.memory.note_type(&path.name),
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
        self.session.connection.is_unclear = false;
        self.session.begin_script(transaction, script.statements());
        let result = self.run_inside(script, transaction);
        self.session.end_script(transaction);
        result
    }

    /// Runs a script in the transaction that is there for it.
    pub(super) fn run_inside(
        &mut self,
        script: &Prepared<'_>,
        transaction: Transaction,
    ) -> Result<(), ()> {
        let mut rest = self.cut_again(script, 0);
        let mut cuts = 0;
        loop {
            let script = rest.as_ref().unwrap_or(script);
            let (end, result) = self.run_pieces(script, transaction);
            let Some(end) = end else { return result };
            cuts += 1;
            if cuts > MAX_CUTS {
                let at = script.at(end..end);
                let message = "standard_conforming_strings is set too often to be followed";
                self.session.unknown(&at, message, &[]);
                return result;
            }
            rest = self.cut_again(script, end);
        }
    }

    /// What is left of a script behind a byte of its text, if backslashes are something else by now.
    fn cut_again(&mut self, script: &Prepared<'_>, start: usize) -> Option<Prepared<'static>> {
        let backslash = self.session.connection.catalog.backslash();
        if backslash == script.backslash {
            return None;
        }
        let rest = script.rest(start, self.reading(), backslash);
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
        let per_statement = transaction == Transaction::PerStatement;
        let mut message = Message::Whole;
        let mut result = Ok(());
        for piece in &script.pieces.list {
            let (range, words, definition, directives) = match piece {
                Piece::Statement { range, words, definition, directives, .. } => {
                    (range.clone(), words.clone(), *definition, directives.as_slice())
                }
                Piece::Command { range, directives } => {
                    (range.clone(), 0..0, None, directives.as_slice())
                }
                Piece::Dangling { range } => {
                    (range.clone(), 0..0, None, std::slice::from_ref(range))
                }
                Piece::Unclosed { at, what } => {
                    let at = script.at(*at..at + 1);
                    self.session.run.report(unclosed(at, what));
                    continue;
                }
                Piece::Torn { at } => {
                    let at = script.at(*at..at + 1);
                    self.session.run.report(torn(at));
                    continue;
                }
            };
            let goes_on = per_statement && matches!(piece, Piece::Statement { goes_on: true, .. });
            if goes_on && message == Message::Whole {
                // The statements of one message are a transaction: this one, and at least one more.
                self.session.begin_script(Transaction::Implicit, 2);
                message = Message::Begun;
            }
            if message == Message::Refused {
                if !goes_on {
                    message = Message::Whole;
                }
                continue;
            }
            let at = script.at(range.clone());
            let origin = script.origin(range.start);
            let text = &script.text[range.clone()];
            let refused = if !directives.is_empty() {
                let mut said = Vec::with_capacity(directives.len());
                for range in directives {
                    said.push((&script.text[range.clone()], script.at(range.clone()).range.start));
                }
                Executor::new(&mut self.session).is_said_in_comment(&at);
                self.assume(&said, script.source())
            } else if matches!(piece, Piece::Command { .. }) {
                self.session.execute(&at, |session| {
                    Executor::new(session).run_or_assume(&at, |executor| {
                        executor.command(text, &at);
                        Ok(())
                    })
                })
            } else {
                let words = script.pieces.words(&script.text, &words);
                let definition = script.pieces.definition(definition);
                self.session.execute(&at, |session| {
                    Executor::new(session).run_or_assume(&at, |executor| {
                        executor.run_statement(text, words, definition, &origin, &at)
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
}
