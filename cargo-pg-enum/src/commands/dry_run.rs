//! `cargo pg-enum dry-run`: runs the pending migrations, and takes back what they have done.

use std::process;
use std::time::{Duration, SystemTime};

use pg_enum_core::Ident;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::catalog;
use crate::database::{READ_ONLY, catalog_path, failed, own_path};
use crate::failure::Failure;
use crate::output::Format;
use crate::preflight::Server;
use crate::problem::Problem;
use crate::rehearsal::{Around, differences, refused, run as rehearse};
use crate::runner;
use crate::target::{Limits, Migrations, Target, begin, roll_back};
use crate::text::count;
use crate::{Status, Streams, print};

/// Run the pending migrations in one transaction, and roll it back
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Run all of them from nothing, in a database that is made for that on the same server and dropped again
    #[arg(long, conflicts_with = "at")]
    throwaway: bool,
    /// Take the migrations up to this one as applied, whatever has been recorded
    #[arg(long, value_name = "VERSION")]
    at: Option<String>,
    /// Give up a statement that takes longer than so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    statement_timeout: u64,
    /// Give up a statement that waits for a lock for so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    lock_timeout: u64,
    /// Print the problems in this form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How it went.
struct Outcome {
    problems: Vec<Problem>,
    /// How many were to run, and how many have.
    total: usize,
    done: usize,
    is_refused: bool,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let Arguments { target, throwaway, at, statement_timeout, lock_timeout, format } = arguments;
    let migrations = target.migrations(streams)?;
    let limits = Limits {
        statement: Duration::from_secs(*statement_timeout),
        lock: Duration::from_secs(*lock_timeout),
    };
    if !throwaway {
        streams.note(
            "the migrations take their locks on the target until they are rolled back; others \
             wait for them meanwhile",
        );
    }
    let outcome = target.database.with(async |connection| {
        if *throwaway {
            on_throwaway(connection, target, &migrations, limits).await
        } else {
            let outcome = on_target(connection, target, &migrations, at.as_deref(), limits).await;
            roll_back(connection).await;
            outcome
        }
    })?;
    let Outcome { problems, total, done, is_refused } = outcome;
    format.print(&problems, streams)?;
    if *format == Format::Text {
        let migrations = count(total, "migration");
        let after = if *throwaway { "the database is dropped" } else { "all is rolled back" };
        if is_refused {
            let _ = writeln!(streams.err, "nothing has been run");
        } else if problems.is_empty() {
            let told = if total == 0 {
                "nothing is pending".to_owned()
            } else {
                format!("{migrations} ran, the enums are what they say, and {after}")
            };
            print(streams, |out| writeln!(out, "{told}"))?;
        } else {
            let _ = writeln!(streams.err, "{done} of {migrations} ran, and {after}");
        }
    }
    Ok(if problems.is_empty() { Status::Clean } else { Status::Findings })
}

/// In a transaction, which is left to be rolled back.
async fn on_target(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    at: Option<&str>,
    limits: Limits,
) -> Result<Outcome, Failure> {
    begin(connection, "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED", limits).await?;
    let server = Server::ask(connection).await?;
    server.is_writable()?;
    let standing = target.standing(connection, migrations, at).await?;
    let folder = &standing.folder;
    let history = standing.known()?;
    let pending = || history.pending.iter().filter_map(|index| folder.migrations.get(*index));
    let total = pending().count();
    let problems = refused(folder, pending(), Around::One);
    if !problems.is_empty() {
        return Ok(Outcome { problems, total, done: 0, is_refused: true });
    }
    runner::lock(connection, folder.tool, standing.table.as_ref(), &server.database).await?;
    // The migrations are somebody else's, and go by the database's path.
    own_path(connection).await?;
    let (done, failure) = rehearse(connection, folder, pending(), Around::One).await;
    let mut problems: Vec<Problem> = failure.into_iter().collect();
    if problems.is_empty() {
        let all = [history.applied.as_slice(), history.pending.as_slice()].concat();
        let replayed = migrations.replay(folder, all, &server)?;
        catalog_path(connection).await?;
        let live = catalog::enums(connection)
            .await
            .map_err(|error| failed("look at the enums", &error))?;
        problems = differences(folder, &replayed.replay.enums, &live);
    }
    Ok(Outcome { problems, total, done, is_refused: false })
}

/// In a database of its own, from the first migration on.
async fn on_throwaway(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    limits: Limits,
) -> Result<Outcome, Failure> {
    let folder = &migrations.folder;
    let total = folder.migrations.len();
    let problems = refused(folder, &folder.migrations, Around::AsTheTool);
    if !problems.is_empty() {
        return Ok(Outcome { problems, total, done: 0, is_refused: true });
    }
    let name = throwaway_name();
    // From template0, so that nothing is there that a template has got meanwhile, and no connection to one is
    // in the way.
    let create = format!("CREATE DATABASE {} TEMPLATE template0", Ident(&name));
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut *connection).await.map_err(|error| {
        failed("create a database", &error)
            .with_help("connect as a user that may (CREATEDB), or leave --throwaway away")
    })?;
    let outcome = in_database(target, migrations, &name, limits).await;
    let drop = drop_database(connection, &name).await;
    let outcome = outcome?;
    drop.map_err(|error| {
        failed(&format!("drop the database {name}"), &error).with_help("drop it by hand")
    })?;
    Ok(outcome)
}

async fn in_database(
    target: &Target,
    migrations: &Migrations,
    name: &str,
    limits: Limits,
) -> Result<Outcome, Failure> {
    let Migrations { folder, .. } = migrations;
    let total = folder.migrations.len();
    let mut connection = target.database.connect_to(name).await?;
    limits.set(&mut connection, false).await?;
    begin(&mut connection, READ_ONLY, limits).await?;
    let server = Server::ask(&mut connection).await?;
    roll_back(&mut connection).await;
    let (done, failure) =
        rehearse(&mut connection, folder, &folder.migrations, Around::AsTheTool).await;
    let mut problems: Vec<Problem> = failure.into_iter().collect();
    if problems.is_empty() {
        let replayed = migrations.replay(folder, 0..total, &server)?;
        begin(&mut connection, READ_ONLY, limits).await?;
        let live = catalog::enums(&mut connection)
            .await
            .map_err(|error| failed("look at the enums", &error))?;
        problems = differences(folder, &replayed.replay.enums, &live);
    }
    // Or it would be in the way of dropping the database, before 13.
    let _ = connection.close().await;
    Ok(Outcome { problems, total, done, is_refused: false })
}

/// What is left of it before 13 is a connection at most, which is closed.
async fn drop_database(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let force = connection.server_version_num().is_some_and(|number| number >= 130_000);
    let force = if force { " WITH (FORCE)" } else { "" };
    let drop = format!("DROP DATABASE IF EXISTS {}{force}", Ident(name));
    sqlx::raw_sql(AssertSqlSafe(drop)).execute(connection).await?;
    Ok(())
}

/// Nobody else's, and one that says whose it is if it is left over.
fn throwaway_name() -> String {
    let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    format!("pg_enum_dry_run_{:x}_{time:x}", process::id())
}
