//! Migrations that are run to see whether they run.

use pg_enum_migrations::folder::{Folder, Migration, Part, Script, Tool, Transaction};
use pg_enum_migrations::{EnumState, Location};
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::catalog::{EnumType, difference, list, named};
use crate::ddl;
use crate::problem::{Place, Problem};
use crate::text::{brief, type_name};

/// Characters of what the server says.
const SAID: usize = 500;

/// Where what cannot be taken back can be tried.
const ELSEWHERE: &str = "try it with --throwaway, on a database that is thrown away";

/// What is around the statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// A transaction that is rolled back.
    One,
    /// Whatever the tool puts around them.
    AsTheTool,
}

/// What cannot be run in this way, of all the migrations.
pub(crate) fn refused<'a>(
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
    around: Around,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for migration in migrations {
        let Part::Sql(script) = &migration.up else {
            let message = format!("{} is no SQL, and cannot be run", migration.name);
            problems.push(Problem::at_no_place("not-rehearsed", message));
            continue;
        };
        if around == Around::One && ddl::wants_no_transaction(folder, migration) {
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
            let undone = || ddl::irreversible(&statement).filter(|_| around == Around::One);
            let Some(reason) = sent.or_else(undone) else { continue };
            let message = format!("this cannot be rehearsed: {reason}");
            let mut problem = refusal(folder, message, &statement.at);
            problem.help = sent.is_none().then(|| ELSEWHERE.to_owned());
            problems.push(problem);
        }
    }
    problems
}

fn refusal(folder: &Folder, message: String, at: &Location) -> Problem {
    Problem::new("not-rehearsed", message, Place::new(&folder.root, at, ""))
}

/// Runs migrations up to the first statement that fails. How many have run, and what fails.
pub(crate) async fn run<'a>(
    connection: &mut PgConnection,
    folder: &Folder,
    migrations: impl IntoIterator<Item = &'a Migration>,
    around: Around,
) -> (usize, Option<Problem>) {
    let mut done = 0;
    // drizzle has one transaction for all of them.
    let whole = around == Around::AsTheTool && folder.tool == Tool::Drizzle;
    if whole && let Err(error) = send(connection, "BEGIN").await {
        return (0, Some(lost(&error)));
    }
    for migration in migrations {
        let Part::Sql(script) = &migration.up else { continue };
        let own = around == Around::AsTheTool && !whole;
        if let Err(problem) = run_one(connection, folder, migration, script, own).await {
            return (done, Some(problem));
        }
        done += 1;
    }
    if whole && let Err(error) = send(connection, "COMMIT").await {
        return (done, Some(lost(&error)));
    }
    (done, None)
}

/// Runs one; `own` says whether with what its tool puts around it.
async fn run_one(
    connection: &mut PgConnection,
    folder: &Folder,
    migration: &Migration,
    script: &Script,
    own: bool,
) -> Result<(), Problem> {
    let has_transaction = own && migration.transaction == Transaction::Explicit;
    if has_transaction {
        send(connection, "BEGIN").await.map_err(|error| lost(&error))?;
    }
    if own && migration.transaction == Transaction::Implicit {
        let at = Location::new(&script.source, script.range.clone());
        send(connection, script.text())
            .await
            .map_err(|error| failure(folder, migration, &at, &error))?;
    } else {
        for statement in script.statements() {
            send(connection, statement.text())
                .await
                .map_err(|error| failure(folder, migration, &statement.at, &error))?;
        }
    }
    if has_transaction {
        let end = script.range.end;
        let at = Location::new(&script.source, end..end);
        send(connection, "COMMIT")
            .await
            .map_err(|error| failure(folder, migration, &at, &error))?;
    }
    Ok(())
}

async fn send(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

fn lost(error: &sqlx::Error) -> Problem {
    Problem::at_no_place("failed", crate::database::reason(error))
}

/// What the server says about a text that stands at a place.
fn failure(folder: &Folder, migration: &Migration, at: &Location, error: &sqlx::Error) -> Problem {
    let Some(error) =
        error.as_database_error().and_then(|it| it.try_downcast_ref::<PgDatabaseError>())
    else {
        return lost(error);
    };
    let text = at.source.text.get(at.range.clone()).unwrap_or_default();
    let position = match error.position() {
        Some(PgErrorPosition::Original(position)) => Some(position),
        _ => None,
    };
    // Positions are in characters, counted from 1.
    let offset = position.and_then(|position| {
        text.char_indices().nth(position.saturating_sub(1)).map(|(offset, _)| offset)
    });
    let place = match offset {
        Some(offset) => {
            let start = at.range.start + offset;
            let word = text[offset..].find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = start + word.unwrap_or(text.len() - offset).max(1);
            Location::new(&at.source, start..end.min(at.range.end.max(start)))
        }
        None => at.clone(),
    };
    let message =
        format!("migration {} fails: {}", brief(&migration.version, SAID), error.message());
    let mut problem = Problem::new("failed", message, Place::new(&folder.root, &place, ""));
    problem.notes.push(format!("SQLSTATE {}", error.code()));
    let more = [("detail", error.detail()), ("hint", error.hint()), ("where", error.r#where())];
    for (word, text) in more {
        let first = text.map(|text| text.lines().next().unwrap_or_default());
        problem.notes.extend(first.map(|text| format!("{word}: {}", brief(text, SAID))));
    }
    problem.help = match error.code() {
        "55P04" => Some(
            "where the label is of an earlier migration, that is because this is all one \
             transaction, and the migration may well run: see with --throwaway",
        ),
        "55P03" => Some("somebody has a lock that this needs: see `cargo pg-enum preflight`"),
        "57014" => Some("allow it more time with --statement-timeout"),
        _ => None,
    }
    .map(str::to_owned);
    problem
}

/// Where the enums are not what replay says.
pub(crate) fn differences(
    folder: &Folder,
    states: &[EnumState],
    live: &[EnumType],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for state in states.iter().filter(|state| state.known) {
        let name = type_name(&state.schema, &state.name);
        let expected: Vec<&str> = state.labels.iter().map(|label| &*label.text).collect();
        let found = named(live, &state.schema, &state.name);
        let message = match found.map(|found| difference(&found.labels, &expected)) {
            None => format!("{name} is not there in the end"),
            Some(Some(difference)) => {
                format!("{name} is not what the migrations say in the end: {difference}")
            }
            Some(None) => continue,
        };
        let mut problem =
            Problem::new("differs", message, Place::new(&folder.root, &state.created, ""));
        problem.notes.push(format!("the migrations say {}", list(&expected)));
        problem.notes.extend(found.map(|it| format!("the database has {}", list(&it.labels))));
        problem.help =
            Some("see `cargo pg-enum preflight`, which compares what is there before".to_owned());
        problem.type_name = Some(name);
        problems.push(problem);
    }
    problems
}
