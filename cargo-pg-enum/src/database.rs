//! A connection to the database that a command is about.

use std::env;
use std::time::Duration;

use pg_enum_core::drift::path;
use sqlx::error::ErrorKind;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::database_url;
use crate::failure::Failure;

/// Which database.
#[derive(Debug, clap::Args)]
pub(crate) struct Database {
    /// The database; without this, `DATABASE_URL` says which, or else `PGHOST` and its like
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Give up if there is no connection after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    connect_timeout: u64,
}

/// Any of these in the environment says which database is meant, as to `psql`.
const VARIABLES: [&str; 3] = ["PGHOST", "PGHOSTADDR", "PGDATABASE"];

impl Database {
    /// Runs `work` with a connection.
    pub(crate) fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let options = self.options()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
        runtime.block_on(async {
            let mut connection = self.connect(&options).await?;
            let done = work(&mut connection).await;
            // The server notices by itself as well.
            let _ = connection.close().await;
            done
        })
    }

    /// Another connection, to another database of the same server.
    pub(crate) async fn connect_to(&self, name: &str) -> Result<PgConnection, Failure> {
        self.connect(&self.options()?.database(name)).await
    }

    fn options(&self) -> Result<PgConnectOptions, Failure> {
        if let Some(url) = &self.database_url {
            return database_url::options(url, "--database-url");
        }
        if let Some(url) = env::var_os("DATABASE_URL").filter(|url| !url.is_empty()) {
            let url = url.into_string().map_err(|_| Failure::new("DATABASE_URL is no text"))?;
            return database_url::options(&url, "DATABASE_URL");
        }
        if VARIABLES.iter().any(|name| env::var_os(name).is_some()) {
            return Ok(PgConnectOptions::new());
        }
        Err(Failure::new("nobody says which database").with_help(
            "name it with --database-url postgres://USER@HOST/DATABASE, or in DATABASE_URL",
        ))
    }

    async fn connect(&self, options: &PgConnectOptions) -> Result<PgConnection, Failure> {
        let options = options.clone().application_name("cargo-pg-enum");
        let place = format!("{}:{}", options.get_host(), options.get_port());
        let within = Duration::from_secs(self.connect_timeout);
        match tokio::time::timeout(within, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(unconnected(&place, &error)),
            Err(_) => Err(Failure::new(format!(
                "{place} does not answer within {} seconds",
                self.connect_timeout
            ))
            .with_help("see that the server runs, and that nothing is between it and here")),
        }
    }
}

/// Only reads, and sees what others commit meanwhile.
pub(crate) const READ_ONLY: &str = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY";

/// Begins a transaction in which every name is PostgreSQL's own, whatever the database or the role has set as
/// `search_path` ([`path`]). All of our queries are for such a one.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    mode: &'static str,
) -> Result<(), Failure> {
    let sql = format!("{mode};\n{}", path::HOLD);
    send(connection, sql).await.map_err(|error| failed("begin a transaction", &error))
}

/// From here on, names in the transaction are what the database, the role and the connection say: for statements that
/// are not ours. [`catalog_path`] ends it.
pub(crate) async fn own_path(connection: &mut PgConnection) -> Result<(), Failure> {
    let done = send(connection, path::GIVE_BACK.to_owned()).await;
    done.map_err(|error| failed("set search_path", &error))
}

/// From here on, names in the transaction are PostgreSQL's own again.
pub(crate) async fn catalog_path(connection: &mut PgConnection) -> Result<(), Failure> {
    let done = send(connection, path::HOLD.to_owned()).await;
    done.map_err(|error| failed("set search_path", &error))
}

async fn send(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

fn unconnected(place: &str, error: &sqlx::Error) -> Failure {
    let failure = Failure::new(format!("cannot connect to {place}: {}", reason(error)));
    let code = error.as_database_error().and_then(|error| error.code().map(String::from));
    match (error, code.as_deref()) {
        (sqlx::Error::Io(_), _) => {
            failure.with_help("see that the server runs, and that host and port are right")
        }
        (sqlx::Error::Tls(_), _) => failure
            .with_help("see the parameter `sslmode` of the URL, and the server's certificate"),
        (_, Some("3D000")) => failure.with_help("create it, or name another one"),
        (_, Some("28P01" | "28000")) => failure.with_help("see the user and the password"),
        _ => failure,
    }
}

/// What a server or the driver says, in one line.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            let message = error.message();
            let detail =
                error.try_downcast_ref::<PgDatabaseError>().and_then(|error| error.detail());
            match detail {
                Some(detail) => format!("{message} ({detail}) [{code}]"),
                None => format!("{message} [{code}]"),
            }
        }
        error => error.to_string(),
    }
}

/// A statement that failed, and what it was for.
pub(crate) fn failed(doing: &str, error: &sqlx::Error) -> Failure {
    let failure = Failure::new(format!("cannot {doing}: {}", reason(error)));
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
            failure.with_help("the connection is lost: see that the server runs, and try again")
        }
        sqlx::Error::Database(error) if matches!(error.kind(), ErrorKind::Other) => {
            match error.code().as_deref() {
                Some("42501") => {
                    failure.with_help("ask for the privilege, or connect as another user")
                }
                Some("57014") => failure.with_help("try again when the server is less busy"),
                Some("57P01" | "57P02" | "57P03") => {
                    failure.with_help("try again when the server is back")
                }
                _ => failure,
            }
        }
        _ => failure,
    }
}
