//! A folder of migrations and its database: which migrations are applied.

use std::time::Duration;

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::Tool;
use sqlx::PgConnection;

use crate::Streams;
use crate::code::Code;
use crate::database::{self, Database, failed};
use crate::failure::Failure;
use crate::migrations::{Replayed, Request, SEARCH_PATH};
use crate::progress::Progress;
use crate::project::Scope;
use crate::runner::{self, Found, History, Table};
use crate::server::Server;
use crate::text::list;

/// The database and the migrations.
#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    scope: Scope,
    /// Look for the tool's history table in this schema first, and then in `search_path`
    #[arg(long, value_name = "SCHEMA")]
    history_schema: Option<String>,
}

/// A folder, and the options to replay it.
pub(crate) struct Migrations {
    pub(crate) folder: Folder,
    pub(crate) request: Request,
    /// What reads those that are not SQL.
    code: Code,
}

/// The state of a folder's migrations in a database.
pub(crate) struct Standing {
    pub(crate) folder: Folder,
    /// The tool's history table.
    pub(crate) table: Option<Table>,
    /// History tables of other tools and in other schemas, which are not read.
    pub(crate) others: Vec<Found>,
    /// `None` if there is a table but it must not be read.
    pub(crate) history: Option<History>,
}

impl Standing {
    /// The history, or an error for callers that need it.
    pub(crate) fn known(&self) -> Result<&History, Failure> {
        let unread = || {
            let (reason, help) = self.table.as_ref().and_then(Table::unread).unwrap_or_default();
            Failure::new(format!("the applied migrations are unknown: {reason}")).with_help(help)
        };
        self.history.as_ref().ok_or_else(unread)
    }
}

impl Target {
    /// Reads the folder.
    pub(crate) fn migrations(&self, streams: &mut Streams<'_>) -> Result<Migrations, Failure> {
        let request = self.scope.request(streams)?;
        let folder = request.open()?;
        let code = Code::of(&folder);
        Ok(Migrations { folder, request, code })
    }

    /// Looks up the applied migrations. `at` is the last applied version if the user gives it.
    pub(crate) async fn standing(
        &self,
        connection: &mut PgConnection,
        migrations: &Migrations,
        at: Option<&str>,
    ) -> Result<Standing, Failure> {
        let Migrations { folder, request, .. } = migrations;
        let tables = runner::find(connection, self.history_schema.as_deref())
            .await
            .map_err(|error| failed("look for the history tables of migration tools", &error))?;
        let folder = match request.tool {
            Some(_) => folder.clone(),
            None => of_tables(folder, &tables),
        };
        let own = tables.iter().position(|found| found.tool == folder.tool);
        let mut others = tables;
        let table = own.map(|own| others.remove(own).table);
        if let Some(version) = at {
            let last = index_of(&folder, version)?;
            let history = Some(History::up_to(&folder, last));
            return Ok(Standing { folder, table, others, history });
        }
        if folder.tool.history().table().is_none() {
            let root = folder.root.display();
            let failure = Failure::new(match folder.tool {
                Tool::Plain => {
                    format!("the database has no record of applied migrations from `{root}`")
                }
                tool => format!(
                    "the history of {tool} is not read, so it is unknown which migrations of `{root}` are \
                     applied"
                ),
            });
            return Err(match others.first() {
                Some(found) => failure.with_help(format!(
                    "the database has {} of {}: see --tool; or give the last applied migration \
                     with --at",
                    found.table.full_name(),
                    found.tool.as_str()
                )),
                None => failure.with_help("give the last applied migration with --at"),
            });
        }
        let history = match &table {
            None => Some(History::empty(&folder)),
            Some(table) if table.unread().is_some() => None,
            Some(table) => {
                let records = runner::records(connection, folder.tool, table).await?;
                Some(History::of(&folder, records)?)
            }
        };
        Ok(Standing { folder, table, others, history })
    }
}

/// The folders of some tools look the same. If the database has the table of another tool that reads the same
/// migrations from the folder, the folder belongs to that tool.
fn of_tables(folder: &Folder, tables: &[Found]) -> Folder {
    if tables.iter().any(|found| found.tool == folder.tool) {
        return folder.clone();
    }
    let names = |folder: &Folder| -> Vec<String> {
        folder.migrations.iter().map(|migration| migration.name.clone()).collect()
    };
    let ours = names(folder);
    let read = |tool| Folder::open_as(&folder.root, tool).ok();
    let same = |other: &Folder| other.findings == folder.findings && names(other) == ours;
    let ordinary = tables.iter().filter(|found| found.table.unfit.is_none());
    let mut others = ordinary.map(|found| found.tool).filter_map(read);
    others.find(same).unwrap_or_else(|| folder.clone())
}

/// The index of the migration with this version.
pub(crate) fn index_of(folder: &Folder, version: &str) -> Result<usize, Failure> {
    let is = |name: &str| name == version || name.strip_suffix(".sql") == Some(version);
    let named = folder.migrations.iter().rposition(|migration| {
        migration.version == version
            || is(&migration.name)
            || migration.name.rsplit('/').next().is_some_and(is)
    });
    if let Some(index) = named {
        return Ok(index);
    }
    // For the tool, `2` and `0002` are the same number.
    let number = number(version);
    let same = |index: &usize| {
        let migration = folder.migrations.get(*index);
        migration.is_some_and(|migration| self::number(&migration.version) == number)
    };
    let alike: Vec<usize> = match number {
        Some(_) => (0..folder.migrations.len()).filter(same).collect(),
        None => Vec::new(),
    };
    if let [index] = alike.as_slice() {
        return Ok(*index);
    }
    if !alike.is_empty() {
        let several = alike.iter().filter_map(|index| folder.migrations.get(*index));
        let several = list(several.map(|migration| format!("`{}`", migration.name)), CANDIDATES);
        return Err(Failure::new(format!("`{version}` is ambiguous: it can be {several}"))
            .with_help("give the full name"));
    }
    let failure = Failure::new(format!("no migration has the version `{version}`"));
    let versions = folder.migrations.iter().map(|migration| &*migration.version);
    Err(match crate::text::nearest(version, versions) {
        Some(nearest) => failure.with_help(format!("the nearest is `{nearest}`")),
        None => failure.with_help("the folder contains no migrations"),
    })
}

/// The number of migrations that a message names.
const CANDIDATES: usize = 10;

/// A version as a list of numbers, if it is one: as texts without leading zeros, because they may be too long for an
/// integer, and without zeros at the end, because Flyway's `2.0` is `2`.
fn number(version: &str) -> Option<Vec<&str>> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !version.split('.').all(is_number) {
        return None;
    }
    let mut parts: Vec<&str> =
        version.split('.').map(|part| part.trim_start_matches('0')).collect();
    while parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    Some(parts)
}

impl Migrations {
    /// What reads the migrations that are not SQL of the folder, which may have been read again as another tool's.
    pub(crate) fn code(&self, folder: &Folder) -> Code {
        if folder.tool == self.folder.tool { self.code.clone() } else { Code::of(folder) }
    }

    /// Replays some of a folder's migrations in this order, as they would run on this server: with its `search_path`,
    /// and with the existing schemas that no migration creates.
    pub(crate) fn replay(
        &self,
        folder: &Folder,
        chosen: impl IntoIterator<Item = usize>,
        server: &Server,
    ) -> Result<Replayed, Failure> {
        self.replay_as(None, folder, chosen, server)
    }

    /// The same for the applied migrations and then the pending ones, as the server would run them now.
    pub(crate) fn replay_pending(
        &self,
        folder: &Folder,
        applied: &[usize],
        pending: &[usize],
        server: &Server,
    ) -> Result<Replayed, Failure> {
        let from = (applied.len(), server.major());
        self.replay_as(Some(from), folder, [applied, pending].concat(), server)
    }

    fn replay_as(
        &self,
        pending_from: Option<(usize, u32)>,
        folder: &Folder,
        chosen: impl IntoIterator<Item = usize>,
        server: &Server,
    ) -> Result<Replayed, Failure> {
        let chosen = chosen.into_iter().filter_map(|index| folder.migrations.get(index).cloned());
        let part = Folder { migrations: chosen.collect(), ..folder.clone() };
        let mut request = Request { pending_from, ..self.request.clone() };
        // Of the others, nothing is replayed here.
        request.assume.retain(|assumption| assumption.is_of(&part.migrations));
        if request.search_path == SEARCH_PATH && !server.search_path.is_empty() {
            request.search_path.clone_from(&server.search_path);
        }
        let code = self.code(folder);
        let replay = |request: &Request| {
            request.replay_folder(part.clone(), code.clone(), None, &Progress::new(false, ""))
        };
        let replayed = replay(&request)?;
        if request.schemas.is_some() {
            return Ok(replayed);
        }
        // Replay reports schemas that it does not know.
        let asks = |schema: &&String| {
            let question = format!("no migration creates the schema \"{schema}\",");
            replayed.replay.findings.iter().any(|found| found.message.starts_with(&question))
        };
        let schemas: Vec<String> = server.schemas.iter().filter(asks).cloned().collect();
        if schemas.is_empty() {
            return Ok(replayed);
        }
        request.schemas = Some(schemas);
        replay(&request)
    }
}

/// The time limits for a statement and for a lock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) statement: Duration,
    pub(crate) lock: Duration,
}

/// Begins a transaction for our queries, with these limits.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    mode: &'static str,
    limits: Limits,
) -> Result<(), Failure> {
    database::begin(connection, mode).await?;
    limits.set(connection, true).await
}

impl Limits {
    /// Sets the limits, for the transaction or for the session.
    pub(crate) async fn set(
        self,
        connection: &mut PgConnection,
        for_transaction: bool,
    ) -> Result<(), Failure> {
        let [statement, lock] =
            [self.statement, self.lock].map(|limit| limit.as_millis().to_string());
        sqlx::query(
            "SELECT pg_catalog.set_config('statement_timeout', $1, $3),
               pg_catalog.set_config('lock_timeout', $2, $3)",
        )
        .bind(statement)
        .bind(lock)
        .bind(for_transaction)
        .persistent(false)
        .execute(connection)
        .await
        .map_err(|error| failed("set the time limits", &error))?;
        Ok(())
    }
}

/// Rolls back a transaction.
pub(crate) async fn roll_back(connection: &mut PgConnection) {
    // If this fails, the end of the connection has the same effect.
    let _ = sqlx::raw_sql("ROLLBACK").execute(connection).await;
}
