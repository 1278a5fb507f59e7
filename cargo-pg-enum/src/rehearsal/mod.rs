//! Migrations that are run to see whether they run.

#[cfg(unix)]
mod as_the_tool;
mod failure;
pub(crate) mod on_target;
#[cfg_attr(not(unix), path = "elsewhere.rs")]
pub(crate) mod own_server;
mod reach;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, Script};
use sqlx::PgConnection;

use crate::catalog::{self, difference, list, named};
use crate::database::failed;
use crate::failure::Failure;
use crate::problem::{Place, Problem};
use crate::server::Server;
use crate::target::Migrations;
use crate::text::type_name;

/// How it went.
pub(crate) struct Outcome {
    pub(crate) problems: Vec<Problem>,
    /// How many were to run, and how many have.
    pub(crate) total: usize,
    pub(crate) done: usize,
    pub(crate) is_refused: bool,
}

impl Outcome {
    /// That nothing has been run, because of these.
    pub(crate) fn refused(problems: Vec<Problem>, total: usize) -> Self {
        Self { problems, total, done: 0, is_refused: true }
    }
}

/// Placeholders of Flyway's, which replaces all of them, in comments and strings as well, before it looks at the
/// text, and refuses one without a value (`PlaceholderReplacingReader.java`). What their values are is in its
/// configuration, of which there are many places.
fn placeholders(folder: &Folder, script: &Script) -> Vec<Problem> {
    if !folder.tool.running().placeholders {
        return Vec::new();
    }
    let start = script.range.start;
    let found = script.text().match_indices("${").map(|(at, _)| {
        let rest = &script.text()[at..];
        let length = rest.find('}').map_or(2, |end| end + 1);
        Location::new(&script.source, start + at..start + at + length)
    });
    let problem = |at| {
        let message =
            "this cannot be rehearsed: it is a placeholder, and its value is Flyway's to know";
        let mut problem = failure::refusal(folder, message.to_owned(), &at);
        problem.help = Some(
            "rehearse what `flyway migrate -dryRunOutput` writes, or write the value".to_owned(),
        );
        problem
    };
    found.map(problem).collect()
}

/// Where the enums are not what replay says that these migrations make of them.
pub(crate) async fn differences(
    connection: &mut PgConnection,
    migrations: &Migrations,
    folder: &Folder,
    ran: impl IntoIterator<Item = usize>,
    server: &Server,
) -> Result<Vec<Problem>, Failure> {
    let replayed = migrations.replay(folder, ran, server)?;
    let live =
        catalog::enums(connection).await.map_err(|error| failed("look at the enums", &error))?;
    let mut problems = Vec::new();
    for state in replayed.replay.enums.iter().filter(|state| state.known) {
        let name = type_name(&state.schema, &state.name);
        let expected: Vec<&str> = state.labels.iter().map(|label| &*label.text).collect();
        let found = named(&live, &state.schema, &state.name);
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
    Ok(problems)
}
