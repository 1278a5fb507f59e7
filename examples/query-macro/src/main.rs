//! sqlx's query macros with a PostgreSQL enum type.
//!
//! `cargo run --example query-macro` uses the server at `DATABASE_URL`, or starts a
//! throwaway one, or says why there is none. To compile it takes no server: see `sqlx.toml`.

mod drafts;
mod status;

use std::fmt::{Display, Write as _};
use std::io::{self, Write as _};
use std::process::ExitCode;

use pg_enum::PgEnum;
use pg_enum_test_server::{Database, Server};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

use crate::drafts::Draft;
use crate::status::DraftStatus;

static MIGRATOR: Migrator = sqlx::migrate!();

fn main() -> ExitCode {
    let server = match Server::find_or_start() {
        Ok(server) => server,
        Err(unavailable) => {
            say(&format!("skipped: {unavailable}"));
            return ExitCode::SUCCESS;
        }
    };
    match on_server(&server) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn on_server(server: &Server) -> Result<(), String> {
    say(&format!("on {}", server.describe()));
    let database = server.database().await.map_err(cannot("create a database"))?;
    let outcome = tokio::select! {
        outcome = in_database(&database) => outcome,
        // A throwaway server stops on Ctrl-C by itself, and its databases go with it.
        _ = tokio::signal::ctrl_c(), if !server.is_throwaway() => Err("interrupted".to_owned()),
    };
    let name = database.name().to_owned();
    let dropped =
        database.drop_database().await.map_err(cannot(format_args!("drop the database {name}")));
    // Of two failures the first is the cause.
    outcome.and(dropped)
}

async fn in_database(database: &Database) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(cannot("connect"))?;
    MIGRATOR.run(&mut connection).await.map_err(cannot("migrate up"))?;
    say("migrated up");

    queries(&mut connection).await.map_err(cannot("run the queries"))?;

    MIGRATOR.undo(&mut connection, 0).await.map_err(cannot("migrate down"))?;
    say("migrated down");
    Ok(())
}

async fn queries(connection: &mut PgConnection) -> sqlx::Result<()> {
    use DraftStatus::{Complete, Partial, Streaming};

    let flat = drafts::insert(connection, "a flat by the park", Streaming).await?;
    show("inserted", &flat);
    show("inserted", &drafts::insert(connection, "a house on the hill", Partial).await?);
    show("inserted", &drafts::insert(connection, "a hut in the woods", Streaming).await?);
    show("advanced", &drafts::advance(connection, flat.id, Partial).await?);
    show("advanced", &drafts::advance(connection, flat.id, Complete).await?);

    for draft in drafts::with_any(connection, &[Partial, Complete]).await? {
        show("Partial or Complete", &draft);
    }
    for previous in [None, Some(Partial)] {
        let titles = drafts::titles_after(connection, previous).await?.join(", ");
        let previous = previous.map_or("NULL".to_owned(), |it| format!("{it:?}"));
        say(&format!("  {:<21}{titles}", format!("previous {previous}")));
    }
    let mut counts = String::new();
    for (status, count) in drafts::count_by_status(connection).await? {
        let _ = write!(counts, "{count} {}  ", status.label());
    }
    say(&format!("  {:<21}{}", "by status", counts.trim_end()));
    Ok(())
}

fn show(what: &str, draft: &Draft) {
    let Draft { id, title, status, history, .. } = draft;
    let history: Vec<_> = history.iter().map(PgEnum::label).collect();
    let (status, history) = (status.label(), history.join(", "));
    say(&format!("  {what:<21}{id}  {title:<21}{status:<11}{history}"));
}

/// A reader such as `head` may leave when it has seen enough.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Says what could not be done, before what the cause says.
fn cannot<E: Display>(what: impl Display) -> impl FnOnce(E) -> String {
    move |error| format!("cannot {what}: {error}")
}
