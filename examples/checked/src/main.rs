//! An application whose enums and table are held against its migrations while it compiles: see `README.md`.
//!
//! `cargo run --example checked` uses the server at `DATABASE_URL`, or starts a throwaway one, or says why
//! there is none.

mod order;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use pg_enum::{PgEnum, PgModel};
use pg_enum_test_server::{Database, Server};
use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;

use crate::order::{Carrier, Order, OrderStatus};

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
    MIGRATOR.run(&mut connection).await.map_err(cannot("migrate"))?;
    say("migrated");

    let written = (OrderStatus::Shipped, Some(Carrier::CargoBike));
    let insert = format!(
        "INSERT INTO {} (status, carrier) VALUES ($1, $2) RETURNING {}",
        Order::TABLE,
        Order::COLUMNS_SQL
    );
    let (id, status, carrier) = sqlx::query_as(AssertSqlSafe(insert))
        .bind(written.0)
        .bind(written.1)
        .fetch_one(&mut connection)
        .await
        .map_err(cannot("store an order"))?;
    let read = Order { id, status, carrier };
    if (read.status, read.carrier) != written {
        return Err(format!("{written:?} was read as {read:?}"));
    }
    // What an `INSERT` has to give, as the migrations say: the status has a default, and the identity a number.
    let least = format!(
        "INSERT INTO {} ({}) VALUES ($1) RETURNING {}",
        Order::TABLE,
        Order::INSERT_COLUMNS_SQL,
        Order::COLUMNS_SQL
    );
    let (_, status, carrier): (i64, OrderStatus, Option<Carrier>) =
        sqlx::query_as(AssertSqlSafe(least))
            .bind(None::<Carrier>)
            .fetch_one(&mut connection)
            .await
            .map_err(cannot("store an order with its defaults"))?;
    if (status, carrier) != (OrderStatus::Placed, None) {
        return Err(format!("the defaults are {status:?} and {carrier:?}"));
    }
    let carrier = read.carrier.as_ref().map_or("nobody", PgEnum::label);
    say(&format!("stored and read: {} by {carrier}", read.status.label()));
    Ok(())
}

/// A reader such as `head` may leave when it has seen enough.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Says what could not be done, before what the cause says.
fn cannot<E: Display>(what: impl Display) -> impl FnOnce(E) -> String {
    move |error| format!("cannot {what}: {error}")
}
