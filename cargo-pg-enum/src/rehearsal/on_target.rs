//! Runs migrations on the target, in one transaction that is rolled back at the end.
//!
//! It runs only statements that a rollback is known to undo completely:
//!
//! - **Each statement is on the list** ([`ddl`](crate::ddl)), and so is all other code that it runs, according to the
//!   catalogs before the statement ([`reach`](super::reach)).
//! - **Each statement is one message** of the extended protocol: the server refuses two statements in one message
//!   (42601). So a text that was split wrongly can fail, but cannot commit.
//! - **After each statement, the transaction ID must be the same** as at the start. Otherwise everything stops.

use std::time::Instant;

use pg_enum_core::drift::path;
use pg_enum_migrations::folder::{Folder, Migration, Part, Tool};
use pg_enum_migrations::{Location, Statement};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::failure::{failure, no_sql, refusal};
use super::reach::Catalogs;
use super::{Outcome, Ran, differences, refused_placeholders};
use crate::database::{catalog_path, failed, own_path};
use crate::ddl::{self, List, Sort};
use crate::failure::Failure;
use crate::preflight::check_writable;
use crate::problem::Problem;
use crate::runner;
use crate::server::Server;
use crate::target::{Limits, Migrations, Target, begin, roll_back};
use crate::text::brief;

/// The advice for statements that a rollback cannot undo.
const ELSEWHERE: &str = "run without --on-target: it then runs on a temporary server";
/// The number of characters of a statement to show.
const SHOWN: usize = 100;

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
    check_writable(&server)?;
    let standing = target.standing(connection, migrations, at).await?;
    let folder = &standing.folder;
    let history = standing.known()?;
    let pending = || history.pending.iter().filter_map(|index| folder.migrations.get(*index));
    let total = pending().count();
    let mut problems: Vec<Problem> =
        pending().flat_map(|migration| refused(folder, migration)).collect();
    if problems.is_empty() {
        problems.extend(surroundings(connection).await?);
    }
    if !problems.is_empty() {
        return Ok(Outcome::refused(problems, total));
    }
    runner::lock(connection, folder.tool, standing.table.as_ref(), &server.database).await?;
    let mut run = Run::begin(connection, folder, limits, &server).await?;
    let mut done = Vec::new();
    for migration in pending() {
        let started = Instant::now();
        if let Some(problem) = run.migration(migration).await? {
            return Ok(Outcome { problems: vec![problem], total, done, is_refused: false });
        }
        done.push(Ran::new(migration, started));
    }
    catalog_path(connection).await?;
    let all = [history.applied.as_slice(), history.pending.as_slice()].concat();
    let problems = differences(connection, migrations, folder, all, &server).await?;
    Ok(Outcome { problems, total, done, is_refused: false })
}

/// The statements that are not on the list, judged by their text only.
fn refused(folder: &Folder, migration: &Migration) -> Vec<Problem> {
    let Part::Sql(script) = &migration.up else {
        let problem = no_sql(migration);
        return vec![if folder.tool == Tool::Alembic { problem.elsewhere() } else { problem }];
    };
    if ddl::wants_no_transaction(folder, migration) {
        let message =
            format!("{} runs without a transaction, so it cannot be rolled back", migration.name);
        let end = script.text().find('\n').unwrap_or(script.text().len());
        let at = Location::new(&script.source, script.range.start..script.range.start + end);
        return vec![refusal(folder, message, &at).elsewhere()];
    }
    let placeholders = refused_placeholders(folder, script);
    if !placeholders.is_empty() {
        return placeholders;
    }
    let refused = |statement: Statement| {
        if let Some(reason) = ddl::unsendable(&statement) {
            let message = format!("this cannot run in a dry run: {reason}");
            return Some(refusal(folder, message, &statement.at));
        }
        let refused = ddl::read(statement.text(), Sort::Statement, List::TakenBack).err()?;
        let start = statement.at.range.start;
        let range = start + refused.range.start..start + refused.range.end;
        let at = Location::new(&statement.at.source, range);
        Some(not_run(folder, &refused.reason, &at))
    };
    script.statements().into_iter().filter_map(refused).collect()
}

/// The reason why a statement is refused.
fn not_run(folder: &Folder, reason: &str, at: &Location) -> Problem {
    refusal(folder, format!("this does not run on the target: {reason}"), at).elsewhere()
}

impl Problem {
    fn elsewhere(mut self) -> Self {
        self.help = Some(ELSEWHERE.to_owned());
        self
    }
}

/// Properties of the database that rule out all statements.
async fn surroundings(connection: &mut PgConnection) -> Result<Vec<Problem>, Failure> {
    let (strings, triggers): (String, Vec<String>) = sqlx::query_as(
        "SELECT pg_catalog.current_setting('standard_conforming_strings'),
           ARRAY(SELECT evtname::pg_catalog.text FROM pg_catalog.pg_event_trigger
             WHERE evtenabled OPERATOR(pg_catalog.<>) 'D' ORDER BY evtname)",
    )
    .persistent(false)
    .fetch_one(connection)
    .await
    .map_err(|error| failed("read the database's settings and event triggers", &error))?;
    let mut reasons: Vec<String> = Vec::new();
    if strings != "on" {
        reasons.push("standard_conforming_strings is off, so strings have another syntax".into());
    }
    reasons.extend(triggers.iter().map(|name| {
        let name = brief(name, SHOWN);
        format!("the event trigger {name} would also run, and its code is not analysed")
    }));
    let problem = |reason| {
        let message = format!("nothing was run on the target: {reason}");
        Problem::at_no_place("not-rehearsed", message).elsewhere()
    };
    Ok(reasons.into_iter().map(problem).collect())
}

/// The transaction in which migrations run.
struct Run<'a> {
    connection: &'a mut PgConnection,
    folder: &'a Folder,
    limits: Limits,
    catalogs: Catalogs,
    /// The transaction ID.
    transaction: i64,
}

impl<'a> Run<'a> {
    async fn begin(
        connection: &'a mut PgConnection,
        folder: &'a Folder,
        limits: Limits,
        server: &Server,
    ) -> Result<Self, Failure> {
        // A transaction gets an ID when it first changes something, or when it asks for one.
        let transaction: i64 = sqlx::query_scalar("SELECT pg_catalog.txid_current()")
            .persistent(false)
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| failed("get the transaction ID", &error))?;
        let catalogs = Catalogs::ask(connection, server.number)
            .await
            .map_err(|error| failed("read the sequences", &error))?;
        // The migrations run under the database's own `search_path`.
        own_path(connection).await?;
        Ok(Self { connection, folder, limits, catalogs, transaction })
    }

    /// Runs a migration up to the first statement that is refused or fails.
    async fn migration(&mut self, migration: &Migration) -> Result<Option<Problem>, Failure> {
        let Part::Sql(script) = &migration.up else { return Ok(None) };
        for statement in script.statements() {
            if let Some(problem) = self.statement(migration, &statement).await? {
                return Ok(Some(problem));
            }
        }
        Ok(None)
    }

    async fn statement(
        &mut self,
        migration: &Migration,
        statement: &Statement,
    ) -> Result<Option<Problem>, Failure> {
        let uses = match ddl::read(statement.text(), Sort::Statement, List::TakenBack) {
            Ok(uses) => uses,
            Err(refused) => return Ok(Some(not_run(self.folder, &refused.reason, &statement.at))),
        };
        if uses.run_something() {
            catalog_path(self.connection).await?;
            let sql = format!("SELECT {}::pg_catalog.text[]", path::SCHEMAS);
            let schemas: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                .persistent(false)
                .fetch_one(&mut *self.connection)
                .await
                .map_err(|error| failed("read search_path", &error))?;
            let reason = self
                .catalogs
                .refuse(self.connection, uses, &schemas)
                .await
                .map_err(|error| failed("look up the code that this statement runs", &error))?;
            if let Some(reason) = reason {
                return Ok(Some(not_run(self.folder, &reason, &statement.at)));
            }
            own_path(self.connection).await?;
        }
        // A file may have changed them.
        self.limits.set(self.connection, true).await?;
        // By the extended protocol, in which the server accepts only one statement. It is named, because the driver
        // may ask for the result types before it runs. It must not replace another statement with the same text.
        let sent =
            sqlx::query(AssertSqlSafe(statement.text())).execute(&mut *self.connection).await;
        // Without a connection, there is nothing to clear.
        let _ = self.connection.clear_cached_statements().await;
        self.is_the_same(statement, sent.is_err()).await?;
        Ok(sent.err().map(|error| failure(self.folder, migration, &statement.at, None, &error)))
    }

    /// Checks that the transaction is still the same.
    async fn is_the_same(
        &mut self,
        statement: &Statement,
        has_failed: bool,
    ) -> Result<(), Failure> {
        let number: Result<Option<i64>, sqlx::Error> =
            sqlx::query_scalar("SELECT pg_catalog.txid_current_if_assigned()")
                .persistent(false)
                .fetch_one(&mut *self.connection)
                .await;
        match number {
            Ok(Some(number)) if number == self.transaction && !has_failed => return Ok(()),
            // A failed transaction answers no query until it is rolled back, and a lost connection cannot commit.
            Err(_) if has_failed => return Ok(()),
            _ => {}
        }
        let at = &statement.at;
        let text = brief(statement.text(), SHOWN);
        Err(Failure::new(format!(
            "the transaction has changed after the statement at {at}: {text}; this statement and \
             the ones before it may have been committed"
        ))
        .with_help(
            "check which changes of the pending migrations, up to this statement, are in the \
             target, and undo or record them by hand",
        ))
    }
}
