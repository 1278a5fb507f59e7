//! `cargo pg-enum dry-run`: runs the pending migrations, and takes back what they have done.

use std::process;
use std::time::{Duration, SystemTime};

use pg_enum_core::Ident;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::database::failed;
use crate::failure::Failure;
use crate::output::Format;
use crate::preflight::Server;
use crate::problem::Problem;
use crate::rehearsal::{Outcome, as_the_tool, differences, on_target};
use crate::target::{Limits, Migrations, Target};
use crate::text::count;
use crate::{Status, Streams, print};

/// Run the pending migrations in one transaction, and roll it back
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Run them in one transaction on the target, and roll it back
    #[arg(long, conflicts_with = "throwaway")]
    on_target: bool,
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

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    // Which is the default still.
    let Arguments { on_target: _, target, throwaway, at, .. } = arguments;
    let Arguments { statement_timeout, lock_timeout, format, .. } = arguments;
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
            on_target::rehearse(connection, target, &migrations, at.as_deref(), limits).await
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

/// In a database of its own, from the first migration on.
async fn on_throwaway(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    limits: Limits,
) -> Result<Outcome, Failure> {
    let folder = &migrations.folder;
    let total = folder.migrations.len();
    let problems = as_the_tool::refused(folder, &folder.migrations);
    if !problems.is_empty() {
        return Ok(Outcome::refused(problems, total));
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
    let server = Server::ask(&mut connection).await?;
    let (done, failure) = as_the_tool::run(&mut connection, folder, &folder.migrations).await;
    let mut problems: Vec<Problem> = failure.into_iter().collect();
    if problems.is_empty() {
        problems = differences(&mut connection, migrations, folder, 0..total, &server).await?;
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
