//! Runs migrations on a temporary server with a copy of the target's schema.
//!
//! The target is only read, in one read-only transaction, and the connection to it is closed before the first
//! migration runs. Everything on the temporary server runs on this machine as the user of this process. So the only
//! superuser there is the one that makes the copy, and the roles that give access to files, programs or other servers
//! are deleted.

mod copy;
mod dump;
mod extensions;
mod programs;
mod roles;
mod rows;
mod sort;
mod source;

use std::path::PathBuf;

use pg_enum_migrations::Folder;
use pg_enum_server::{Options, Server, secret};
use sqlx::{Connection, PgConnection};

use self::copy::{Access, Wanted, make};
use self::dump::dump;
use self::source::{Source, snapshot};
use super::sent::{Bodies, Body};
use super::{Outcome, as_the_tool, differences};
use crate::Streams;
use crate::database::{READ_ONLY, block_on};
use crate::failure::Failure;
use crate::problem::Problem;
use crate::runner::{History, Table};
use crate::server;
use crate::target::{Limits, Migrations, Target, begin, roll_back};

/// Options for the copy.
#[derive(Debug, clap::Args)]
pub(crate) struct Wishes {
    /// Start with an empty database instead of a copy, and run all migrations
    #[arg(long, conflicts_with_all = ["at", "with_data", "on_target"])]
    from_nothing: bool,
    /// Also copy the rows of these tables
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',', conflicts_with = "on_target")]
    with_data: Vec<String>,
    /// Copy at most this many rows of each table
    #[arg(long, value_name = "ROWS", default_value_t = 10_000)]
    data_limit: u64,
    /// Copy these extensions even if they may access files of this machine or other servers
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', conflicts_with = "on_target")]
    allow_extension: Vec<String>,
    /// Use the PostgreSQL server in this directory
    #[arg(long, value_name = "DIR", conflicts_with = "on_target")]
    postgres_bin: Option<PathBuf>,
}

/// A server with a copy of the target.
struct Prepared {
    /// The server, which stops when this is dropped.
    _server: Server,
    access: Access,
    user: String,
    password: String,
    /// Whether the user is a superuser on the target.
    is_demoted: bool,
    database: String,
    folder: Folder,
    table: Option<Table>,
    history: History,
    bodies: Vec<(usize, Body)>,
    /// Notes for the report.
    notes: Vec<String>,
}

/// Runs the pending migrations, or returns the reason why not.
pub(crate) fn rehearse(
    target: &Target,
    migrations: &Migrations,
    at: Option<&str>,
    limits: Limits,
    wishes: &Wishes,
    streams: &mut Streams<'_>,
) -> Result<Outcome, Failure> {
    let prepared = target.database.with(async |connection| {
        let mode = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
        begin(connection, mode, limits).await?;
        let prepared = prepare(connection, target, migrations, at, limits, wishes).await;
        roll_back(connection).await;
        prepared
    })?;
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(refused) => return Ok(refused),
    };
    for note in &prepared.notes {
        streams.note(note);
    }
    block_on(run(target, migrations, limits, &prepared))
}

/// Reads the target and makes the copy, or returns what is refused.
async fn prepare(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    at: Option<&str>,
    limits: Limits,
    wishes: &Wishes,
) -> Result<Result<Prepared, Outcome>, Failure> {
    // Policies must not silently hide rows from the copy.
    sqlx::raw_sql(
        "SET LOCAL row_security = off; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| crate::database::failed("prepare to read the target", &error))?;
    let source = Source::read(connection).await?;
    let (folder, table, history) = if wishes.from_nothing {
        (migrations.folder.clone(), None, History::empty(&migrations.folder))
    } else {
        let standing = target.standing(connection, migrations, at).await?;
        standing.known()?;
        let history = standing.history.unwrap_or_default();
        (standing.folder, standing.table, history)
    };
    let bodies = match Bodies::of(&folder, &history.pending, &migrations.code(&folder)) {
        Ok(bodies) => bodies,
        Err(problems) => return Ok(Err(Outcome::refused(problems, history.pending.len()))),
    };

    let programs = programs::find(source.major(), wishes.postgres_bin.as_deref())?;
    let mut notes = vec![told(&source, &programs)];
    notes.extend(bodies.notes);
    let mut tables = Vec::new();
    if let Some(table) = table.as_ref().filter(|table| table.unread().is_none()) {
        let rows = rows::table(connection, table.schema.clone(), table.name.clone()).await?;
        tables.push((rows, None));
    }
    for wanted in &wishes.with_data {
        for table in rows::tables(connection, wanted, &source.server.search_path).await? {
            if tables.iter().all(|(there, _)| *there != table) {
                tables.push((table, Some(wishes.data_limit)));
            }
        }
    }

    let snapshot = snapshot(connection).await?;
    let [superuser, password] = [word()?, word()?];
    let options = Options::new(&programs.dir, &superuser, &password)
        // A dump is sent in parts, and each part locks the objects that it creates.
        .setting("max_locks_per_transaction", "1024")
        .setting("max_connections", "20")
        // Migrations may create publications and replication slots.
        .setting("wal_level", "logical");
    // Both run at the same time.
    let (dumped, server) = std::thread::scope(|scope| {
        let server = scope.spawn(|| Server::start(&options));
        let request = dump::Request {
            pg_dump: &programs.pg_dump,
            snapshot: &snapshot,
            lock_timeout: limits.lock,
            with_schema: !wishes.from_nothing,
        };
        (dump(&target.database, &request), server.join())
    });
    let server = server
        .map_err(|_| Failure::new("cannot start the temporary server"))?
        .map_err(|error| Failure::new(error.to_string()).with_detail(error.detail()))?;
    let access = Access::new(&server, &superuser, &password);
    let wanted = Wanted {
        source: &source,
        dump: &dumped?,
        with_schema: !wishes.from_nothing,
        allowed_extensions: &wishes.allow_extension,
        programs: &programs.dir.display().to_string(),
        tables: &tables,
    };
    let made = make(&access, &target.database, connection, &wanted).await?;
    notes.extend(made.notes);
    Ok(Ok(Prepared {
        _server: server,
        access,
        is_demoted: source.user_is_superuser(),
        user: source.user,
        password: made.password,
        database: source.server.database,
        folder,
        table,
        history,
        bodies: bodies.all,
        notes,
    }))
}

fn word() -> Result<String, Failure> {
    secret().map_err(|error| Failure::new(error.to_string()))
}

/// A note on what runs where.
fn told(source: &Source, programs: &programs::Programs) -> String {
    let newer = if programs.version.major > source.major() { ", a newer version" } else { "" };
    format!(
        "the migrations run on a temporary server, PostgreSQL {} from {}{newer}; the target, \
         PostgreSQL {}, is only read",
        programs.version.text,
        programs.dir.display(),
        source.server.version
    )
}

async fn run(
    target: &Target,
    migrations: &Migrations,
    limits: Limits,
    prepared: &Prepared,
) -> Result<Outcome, Failure> {
    let Prepared { folder, table, history, access, .. } = prepared;
    let options = target.database.options()?;
    let options = access.of_user(options, &prepared.user, &prepared.password, &prepared.database);
    let mut connection = target.database.connect(&options).await?;
    begin(&mut connection, READ_ONLY, limits).await?;
    let server = server::Server::ask(&mut connection).await?;
    roll_back(&mut connection).await;
    let pending = &history.pending;
    let is_demoted = prepared.is_demoted;
    let session = as_the_tool::Session { database: &server.database, is_demoted, limits };
    let (done, failure) =
        as_the_tool::run(&mut connection, folder, &prepared.bodies, table.as_ref(), session).await;
    let _ = connection.close().await;
    let mut problems: Vec<Problem> = failure.into_iter().collect();
    if problems.is_empty() {
        let mut connection = target.database.connect(&options).await?;
        begin(&mut connection, READ_ONLY, limits).await?;
        let all = [history.applied.as_slice(), pending.as_slice()].concat();
        problems = differences(&mut connection, migrations, folder, all, &server).await?;
        let _ = connection.close().await;
    }
    Ok(Outcome { problems, total: pending.len(), done, is_refused: false })
}
