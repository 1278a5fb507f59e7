//! Dry runs of migrations.

#[cfg(unix)]
mod as_the_tool;
mod failure;
pub(crate) mod on_target;
#[cfg_attr(not(unix), path = "elsewhere.rs")]
pub(crate) mod own_server;
mod reach;
#[cfg(unix)]
mod sent;

use std::time::{Duration, Instant};

use pg_enum_migrations::folder::{Folder, Migration, Script, Tool};
use sqlx::PgConnection;

use crate::catalog::{self, difference, list, named};
use crate::database::failed;
use crate::failure::Failure;
use crate::placeholders::placeholders;
use crate::problem::{Place, Problem};
use crate::server::Server;
use crate::target::Migrations;
use crate::text::type_name;

/// The result.
pub(crate) struct Outcome {
    pub(crate) problems: Vec<Problem>,
    /// The number of migrations to run.
    pub(crate) total: usize,
    /// Those that ran.
    pub(crate) done: Vec<Ran>,
    pub(crate) is_refused: bool,
}

/// A migration that ran.
pub(crate) struct Ran {
    pub(crate) version: String,
    pub(crate) took: Duration,
}

impl Ran {
    pub(crate) fn new(migration: &Migration, started: Instant) -> Self {
        Self { version: migration.version.clone(), took: started.elapsed() }
    }
}

impl Outcome {
    /// A result in which nothing was run, because of these problems.
    pub(crate) fn refused(problems: Vec<Problem>, total: usize) -> Self {
        Self { problems, total, done: Vec::new(), is_refused: true }
    }
}

/// The placeholders, which no dry run can replace.
fn refused_placeholders(folder: &Folder, script: &Script) -> Vec<Problem> {
    let tool = folder.tool;
    let problem = |at| {
        let message = format!(
            "this cannot run in a dry run: it is a placeholder, and only the configuration of {tool} has its value"
        );
        let mut problem = failure::refusal(folder, message, &at);
        problem.help = Some(match tool {
            Tool::Flyway => {
                "use the output of `flyway migrate -dryRunOutput`, or write the value".to_owned()
            }
            _ => "write the value".to_owned(),
        });
        problem
    };
    placeholders(folder, script).into_iter().map(problem).collect()
}

/// Differences between the enums in the database and the result of replay.
pub(crate) async fn differences(
    connection: &mut PgConnection,
    migrations: &Migrations,
    folder: &Folder,
    ran: impl IntoIterator<Item = usize>,
    server: &Server,
) -> Result<Vec<Problem>, Failure> {
    let replayed = migrations.replay(folder, ran, server)?;
    let live =
        catalog::enums(connection).await.map_err(|error| failed("read the enums", &error))?;
    let mut problems = Vec::new();
    for state in replayed.replay.enums.iter().filter(|state| state.known) {
        let name = type_name(&state.schema, &state.name);
        let expected: Vec<&str> = state.labels.iter().map(|label| &*label.text).collect();
        let found = named(&live, &state.schema, &state.name);
        let message = match found.map(|found| difference(&found.labels, &expected)) {
            None => format!("{name} does not exist at the end"),
            Some(Some(difference)) => {
                format!("{name} differs from the migrations at the end: {difference}")
            }
            Some(None) => continue,
        };
        let mut problem =
            Problem::new("differs", message, Place::new(&folder.root, &state.created, ""));
        problem.notes.push(format!("expected by the migrations: {}", list(&expected)));
        problem.notes.extend(found.map(|it| format!("in the database: {}", list(&it.labels))));
        problem.help = Some(
            "run `cargo pg-enum preflight` to compare the state before the \
                  migrations"
                .to_owned(),
        );
        problem.type_name = Some(name);
        problems.push(problem);
    }
    Ok(problems)
}
