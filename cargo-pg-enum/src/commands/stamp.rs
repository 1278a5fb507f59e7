//! `cargo pg-enum stamp`: records a migration that was run by hand as applied.
//!
//! Everything is verified. The migration must change only enums, because other changes cannot be verified; the enums
//! must be in the state after the migration; and it must be the next one.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::time::Duration;

use pg_enum_migrations::folder::{Migration, Part};
use pg_enum_migrations::{Change, EnumState, Event};
use sqlx::PgConnection;

use crate::catalog::{self, EnumType, difference, list, named};
use crate::database::failed;
use crate::ddl::{self, Name, Uses};
use crate::failure::Failure;
use crate::migrations::Replayed;
use crate::preflight::check_writable;
use crate::problem::{Place, Problem};
use crate::runner::{self, History, Table};
use crate::server::Server;
use crate::target::{Limits, Migrations, Target, begin, index_of, roll_back};
use crate::text::{brief, identifier, label, type_name};
use crate::{Status, Streams, print, report};

/// Record a migration as already applied
///
/// It must be the next one, and the enums in the database must be in the state after it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The version or name of the migration
    version: String,
    #[command(flatten)]
    target: Target,
    /// Stop if the tool's lock is not free after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    lock_timeout: u64,
}

/// The number of characters of a value to show.
const VALUE: usize = 200;

type Row = Vec<(&'static str, String)>;

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let Arguments { version, target, lock_timeout } = arguments;
    let migrations = target.migrations(streams)?;
    let lock = Duration::from_secs(*lock_timeout);
    let limits = Limits { statement: lock + Duration::from_secs(20), lock };
    let done = target.database.with(async |connection| {
        let done = stamp(connection, target, &migrations, version, limits).await;
        roll_back(connection).await;
        done
    })?;
    let (table, row) = match done {
        Ok(done) => done,
        Err(problems) => {
            report::print_all(&problems, streams);
            // An error here is not important.
            let _ = writeln!(streams.err, "nothing was recorded");
            return Ok(Status::Findings);
        }
    };
    let name = table.full_name();
    if let Some(owner) = &table.stranger {
        streams.note(&format!(
            "{name} belongs to {}, who is not a superuser and not the owner of the database",
            identifier(owner)
        ));
    }
    print(streams, |out| write_row(&name, &row, out))?;
    Ok(Status::Clean)
}

fn write_row(table: &str, row: &Row, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "recorded in {table}")?;
    let width = row.iter().map(|(column, _)| column.len()).max().unwrap_or_default();
    for (column, value) in row {
        writeln!(out, "  {column:width$}  {}", brief(value, VALUE))?;
    }
    Ok(())
}

/// The table and the written row, or the problems.
async fn stamp(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    version: &str,
    limits: Limits,
) -> Result<Result<(Table, Row), Vec<Problem>>, Failure> {
    begin(connection, "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED", limits).await?;
    let server = Server::ask(connection).await?;
    check_writable(&server)?;
    let standing = target.standing(connection, migrations, None).await?;
    let tool = standing.folder.tool;
    runner::lock(connection, tool, standing.table.as_ref(), &server.database).await?;
    // Another process may have migrated while this one waited for the lock.
    let standing = target.standing(connection, migrations, None).await?;
    let Some(table) = standing.table.clone() else {
        return Err(Failure::new(format!("{tool} has no history table in this database"))
            .with_help(format!(
                "run {tool} once, which creates its table even if the first migration fails; if \
                 it is in another schema, add --history-schema SCHEMA"
            )));
    };
    let history = standing.known()?;
    let folder = &standing.folder;
    let index = index_of(folder, version)?;
    let Some(migration) = folder.migrations.get(index) else {
        return Err(Failure::new(format!("no migration has the version `{version}`")));
    };
    is_next(history, &folder.migrations, index, tool.as_str())?;

    let replay = |pending: usize| -> Result<Replayed, Failure> {
        let pending = history.pending.iter().take(pending);
        let chosen = history.applied.iter().chain(pending).copied();
        migrations.replay(folder, chosen, &server)
    };
    let replayed = replay(1)?;
    let position = history.applied.len();
    let uses = match doubts(&replayed, migration, position) {
        Ok(uses) => uses,
        Err(problems) => return Ok(Err(problems)),
    };
    let problems = hidden_calls(connection, &uses).await?;
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let mut live =
        catalog::enums(connection).await.map_err(|error| failed("read the enums", &error))?;
    if !uses.comments.is_empty() {
        catalog::spell(connection, &mut live).await?;
    }
    let expected = Expected::of(&replayed, position);
    let mut problems = expected.problems(&replayed, &replayed.replay.enums, &live, migration);
    // Later migrations may have been run by hand too.
    for pending in 2..=history.pending.len() {
        if problems.is_empty() {
            break;
        }
        let later = replay(pending)?.replay.enums;
        if expected.problems(&replayed, &later, &live, migration).is_empty() {
            problems.clear();
        }
    }
    problems.extend(comment_problem(&uses, &live));
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let row = runner::stamp(connection, folder, index, &table).await?;
    sqlx::raw_sql("COMMIT").execute(connection).await.map_err(|error| failed("commit", &error))?;
    Ok(Ok((table, row)))
}

fn is_next(
    history: &History,
    migrations: &[Migration],
    index: usize,
    tool: &str,
) -> Result<(), Failure> {
    let name = |index: usize| migrations.get(index).map_or("", |migration| &migration.version);
    let version = name(index);
    if let Some((record, _)) = history.failed.first() {
        let failed = brief(&record.version, VALUE);
        return Err(Failure::new(format!(
            "{tool} has recorded migration {failed} as not finished"
        ))
        .with_help("repair that first: see `cargo pg-enum preflight`"));
    }
    if history.applied.contains(&index) {
        return Err(Failure::new(format!("{tool} has already recorded migration {version}")));
    }
    match history.pending.first() {
        Some(next) if *next == index => Ok(()),
        Some(next) => {
            let next = name(*next);
            Err(Failure::new(format!(
                "migration {version} is not the next one; the next one is \
                                      {next}"
            ))
            .with_help(format!("stamp {next} first, or let {tool} run it")))
        }
        None => Err(Failure::new(format!("{tool} would not run migration {version}"))
            .with_help("give it a version after the last applied one")),
    }
}

/// The effects of a migration, or the reasons why the enums cannot show whether it was run.
fn doubts(
    replayed: &Replayed,
    migration: &Migration,
    position: usize,
) -> Result<Uses, Vec<Problem>> {
    let root = &replayed.folder.root;
    let Part::Sql(script) = &migration.up else {
        let message = format!("{} is not SQL, so its changes cannot be verified", migration.name);
        return Err(vec![Problem::at_no_place("not-told", message)]);
    };
    let inside = |path: &std::path::Path| path == script.source.path;
    let findings = replayed.replay.findings.iter().filter(|found| inside(found.at.path()));
    let mut problems: Vec<Problem> =
        findings.map(|found| Problem::of_finding(found, root)).collect();
    let events: Vec<&Event> =
        replayed.replay.events.iter().filter(|event| event.migration == position).collect();
    let told = ddl::told(migration, &events);
    if let Err(untold) = &told {
        let message = "the enums cannot show whether this statement was run";
        let mut found = Problem::new("not-told", message, Place::new(root, &untold.at, ""));
        found.notes.push(untold.reason.clone());
        found.help = Some(LET_IT_RUN.to_owned());
        problems.push(found);
    }
    let earlier = replayed.replay.findings.iter().find(|it| it.stops());
    if problems.is_empty()
        && let Some(refused) = earlier
    {
        // After an error, the state is unknown.
        problems.push(Problem::of_finding(refused, root));
    }
    match told {
        Ok(uses) if problems.is_empty() => Ok(uses),
        _ => Err(problems),
    }
}

/// The advice for a migration that cannot be verified.
const LET_IT_RUN: &str = "let the tool run the migration, or record it with a command of the tool";

/// User-defined functions that the migration may have called instead of built-in ones.
async fn hidden_calls(connection: &mut PgConnection, uses: &Uses) -> Result<Vec<Problem>, Failure> {
    let calls: Vec<&str> = uses.calls.iter().map(String::as_str).collect();
    let functions: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT p.oid::pg_catalog.regprocedure::pg_catalog.text
         FROM pg_catalog.pg_proc AS p
         WHERE p.proname OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[]::pg_catalog.name[])
           AND p.oid OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid ORDER BY 1",
    )
    .bind(calls)
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(|error| failed("look for functions", &error))?;
    let problem = |function: &String| {
        let function = brief(function, VALUE);
        let message = format!("the migration may have called {function}, which may run any code");
        let mut problem = Problem::at_no_place("not-told", message);
        problem.help = Some(LET_IT_RUN.to_owned());
        problem
    };
    Ok(functions.iter().map(problem).collect())
}

/// The comments of the migration that are missing in the database.
fn comment_problem(uses: &Uses, live: &[EnumType]) -> Option<Problem> {
    // The last comment on a type counts.
    let last: HashMap<&Name, &Option<String>> =
        uses.comments.iter().map(|(name, comment)| (name, comment)).collect();
    let missing = last.into_iter().find(|((schema, name), comment)| {
        let is = |found: &&EnumType| match schema {
            Some(schema) => found.schema == *schema && found.name == *name,
            None => found.at_home && found.name == *name,
        };
        live.iter().find(is).is_none_or(|found| found.comment != **comment)
    });
    let ((_, name), comment) = missing?;
    let message = match comment {
        Some(comment) => {
            format!("{} does not have the comment {}", brief(name, VALUE), label(comment))
        }
        None => format!("{} still has a comment", brief(name, VALUE)),
    };
    Some(Problem::at_no_place("not-there", message))
}

/// The state after a migration.
struct Expected<'a> {
    /// The changed types.
    states: Vec<&'a EnumState>,
    /// The names that no longer have a type.
    gone: HashSet<(String, String)>,
}

impl<'a> Expected<'a> {
    fn of(replayed: &'a Replayed, position: usize) -> Self {
        let enums = &replayed.replay.enums;
        let (mut ids, mut gone) = (HashSet::new(), HashSet::new());
        let mut names = HashMap::new();
        for event in &replayed.replay.events {
            let name: &mut (String, String) = names.entry(event.id).or_default();
            let before = name.clone();
            match &event.change {
                Change::Created { schema, name: of, .. } => {
                    *name = (schema.to_string(), of.to_string());
                }
                Change::Renamed { to } => name.1 = to.to_string(),
                Change::Moved { to } => name.0 = to.to_string(),
                _ => {}
            }
            if event.migration == position {
                ids.insert(event.id);
                if matches!(
                    event.change,
                    Change::Renamed { .. } | Change::Moved { .. } | Change::Dropped
                ) {
                    gone.insert(before);
                }
            }
        }
        gone.retain(|(schema, name)| {
            !enums.iter().any(|state| state.schema == *schema && state.name == *name)
        });
        let states = enums.iter().filter(|state| ids.contains(&state.id)).collect();
        Self { states, gone }
    }

    /// The parts of this state that are missing in the database. `states` are the expected ones: after this
    /// migration, or after later ones.
    fn problems(
        &self,
        replayed: &Replayed,
        states: &[EnumState],
        live: &[EnumType],
        migration: &Migration,
    ) -> Vec<Problem> {
        let root = &replayed.folder.root;
        let version = brief(&migration.version, VALUE);
        let mut problems = Vec::new();
        for ours in &self.states {
            let name = type_name(&ours.schema, &ours.name);
            let of = |message: String| {
                let mut found =
                    Problem::new("not-there", message, Place::new(root, &ours.created, ""));
                found.type_name = Some(name.clone());
                found
            };
            let is = |state: &&EnumState| state.schema == ours.schema && state.name == ours.name;
            let Some(state) = states.iter().find(is) else {
                problems.push(of(format!("{name} no longer exists after later migrations")));
                continue;
            };
            if !state.known {
                let mut found = of(format!(
                    "the state of {name} after the migrations is \
                                            uncertain"
                ));
                found.help = Some("run `cargo pg-enum state` to see where".to_owned());
                problems.push(found);
                continue;
            }
            let Some(found) = named(live, &state.schema, &state.name) else {
                problems.push(of(format!("{name} is not in the database")));
                continue;
            };
            let expected: Vec<&str> = state.labels.iter().map(|label| &*label.text).collect();
            if let Some(difference) = difference(&found.labels, &expected) {
                let mut problem = of(format!(
                    "{name} differs from its state after migration {version}: \
                                {difference}"
                ));
                problem.notes = vec![
                    format!("after the migration: {}", list(&expected)),
                    format!("in the database: {}", list(&found.labels)),
                ];
                problems.push(problem);
            }
        }
        for (schema, name) in &self.gone {
            let back = states.iter().any(|state| state.schema == *schema && state.name == *name);
            if !back && named(live, schema, name).is_some() {
                let name = type_name(schema, name);
                let message = format!("{name} still exists, but not after migration {version}");
                let mut found = Problem::at_no_place("not-there", message);
                found.type_name = Some(name);
                problems.push(found);
            }
        }
        problems
    }
}
