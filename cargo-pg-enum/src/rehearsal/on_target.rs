//! Migrations that run on the target, in one transaction that is rolled back in the end.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, Migration, Part};
use sqlx::PgConnection;

use super::failure::{failure, no_sql, refusal};
use super::{Outcome, differences, send};
use crate::ddl;
use crate::failure::Failure;
use crate::preflight::Server;
use crate::problem::Problem;
use crate::runner;
use crate::target::{Limits, Migrations, Target, begin, roll_back};

/// Where what cannot be taken back can be tried.
const ELSEWHERE: &str = "leave --on-target away: it then runs on a server of its own";

/// Runs the pending migrations.
pub(crate) async fn rehearse(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    at: Option<&str>,
    limits: Limits,
) -> Result<Outcome, Failure> {
    let outcome = in_transaction(connection, target, migrations, at, limits).await;
    roll_back(connection).await;
    outcome
}

async fn in_transaction(
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
    let Some(history) = &standing.history else {
        return Err(Failure::new("what has been applied may not be read").with_help(
            "connect as the user that migrates, or say with --at which was the last one",
        ));
    };
    let pending = || history.pending.iter().filter_map(|index| folder.migrations.get(*index));
    let total = pending().count();
    let problems = refused(folder, pending());
    if !problems.is_empty() {
        return Ok(Outcome::refused(problems, total));
    }
    runner::lock(connection, folder.tool, standing.table.as_ref(), &server.database).await?;
    let (done, failure) = run(connection, folder, pending()).await;
    let mut problems: Vec<Problem> = failure.into_iter().collect();
    if problems.is_empty() {
        let all = [history.applied.as_slice(), history.pending.as_slice()].concat();
        problems = differences(connection, migrations, folder, all, &server).await?;
    }
    Ok(Outcome { problems, total, done, is_refused: false })
}

/// What cannot be taken back, of all the migrations.
fn refused<'a>(
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for migration in migrations {
        let Part::Sql(script) = &migration.up else {
            problems.push(no_sql(migration));
            continue;
        };
        if ddl::wants_no_transaction(folder, migration) {
            let message =
                format!("{} asks for no transaction, and so cannot be rolled back", migration.name);
            let end = script.text().find('\n').unwrap_or(script.text().len());
            let at = Location::new(&script.source, script.range.start..script.range.start + end);
            let mut problem = refusal(folder, message, &at);
            problem.help = Some(ELSEWHERE.to_owned());
            problems.push(problem);
            continue;
        }
        for statement in script.statements() {
            let sent = ddl::unsendable(&statement);
            let Some(reason) = sent.or_else(|| ddl::irreversible(&statement)) else { continue };
            let message = format!("this cannot be rehearsed: {reason}");
            let mut problem = refusal(folder, message, &statement.at);
            problem.help = sent.is_none().then(|| ELSEWHERE.to_owned());
            problems.push(problem);
        }
    }
    problems
}

/// Runs migrations up to the first statement that fails. How many have run, and what fails.
async fn run<'a>(
    connection: &mut PgConnection,
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
) -> (usize, Option<Problem>) {
    let mut done = 0;
    for migration in migrations {
        let Part::Sql(script) = &migration.up else { continue };
        for statement in script.statements() {
            if let Err(error) = send(connection, statement.text()).await {
                return (done, Some(failure(folder, migration, &statement.at, &error)));
            }
        }
        done += 1;
    }
    (done, None)
}
