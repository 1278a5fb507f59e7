//! What the programs share: a temporary database for as long as one of them runs.

use std::error::Error;
use std::iter;
use std::process::ExitCode;

use pg_enum_test_server::{Database, Server};

/// What a program ends with.
pub type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Runs a program with the URL of an empty database. Without a server it says what to install, and that is no failure.
pub fn in_a_database(program: impl AsyncFnOnce(&str) -> Outcome) -> ExitCode {
    let server = match Server::find_or_start() {
        Ok(server) => server,
        Err(unavailable) => {
            println!("skipped: {unavailable}");
            return ExitCode::SUCCESS;
        }
    };
    match on_server(&server, program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_sources(&*error));
            ExitCode::FAILURE
        }
    }
}

fn on_server(server: &Server, program: impl AsyncFnOnce(&str) -> Outcome) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let database: Database = server.database().await?;
        let done = program(&database.plain_url()).await;
        let dropped = database.drop_database().await;
        // Of two failures the first is the cause.
        done.and(dropped.map_err(Into::into))
    })
}

/// An error's message and those of its sources: drivers have the error about a label as a source of their own.
#[must_use]
pub fn with_sources(error: &(dyn Error + 'static)) -> String {
    let errors = iter::successors(Some(error), |&error| error.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
