//! The connection to the database.

use std::borrow::Cow;
use std::env;
use std::process::Command;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use pg_enum_core::drift::path;
use sqlx::error::ErrorKind;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::Runtime;
use url::Url;

use crate::database_url;
use crate::failure::Failure;

/// The options that select the database.
#[derive(Debug, clap::Args)]
pub(crate) struct Database {
    /// The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Stop if there is no connection after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = CONNECT_TIMEOUT)]
    connect_timeout: u64,
}

/// The default limit, in seconds.
const CONNECT_TIMEOUT: u64 = 10;

/// The environment variables that select a database, as in `psql`.
const VARIABLES: [&str; 3] = ["PGHOST", "PGHOSTADDR", "PGDATABASE"];

/// The application name of these connections.
const NAME: &str = "cargo-pg-enum";

impl Database {
    /// The database with this URL.
    pub(crate) fn at(url: &str) -> Self {
        Self { database_url: Some(url.to_owned()), connect_timeout: CONNECT_TIMEOUT }
    }

    /// Runs `work` with a connection.
    pub(crate) fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut session = self.open()?;
        let done = session.run(work);
        session.close();
        done
    }

    /// A connection for work in several parts.
    pub(crate) fn open(&self) -> Result<Session, Failure> {
        let (options, runtime) = (self.options()?, runtime()?);
        let connection = runtime.block_on(self.connect(&options))?;
        Ok(Session { runtime, connection })
    }

    /// Sets the environment of a PostgreSQL program so that it uses the same connection (PostgreSQL manual, 34.15).
    /// Conflicting variables are removed.
    pub(crate) fn set_environment(&self, command: &mut Command) -> Result<(), Failure> {
        let options = self.options()?;
        for name in
            ["PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGTARGETSESSIONATTRS", "DATABASE_URL"]
        {
            command.env_remove(name);
        }
        // The dump is split into statements with this setting.
        let standard = "-c standard_conforming_strings=on";
        let given = options.get_options().unwrap_or_default();
        match options.get_socket() {
            Some(socket) => command.env("PGHOST", socket),
            None => command.env("PGHOST", options.get_host()),
        }
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or_else(|| options.get_username()))
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()))
        .env("PGOPTIONS", format!("{given} {standard}").trim_start())
        .env("PGCONNECT_TIMEOUT", self.connect_timeout.to_string())
        .env("PGAPPNAME", NAME);
        // Without a certificate file, sqlx uses the system's certificates; in PostgreSQL this needs `system`, since
        // 16.
        if matches!(options.get_ssl_mode(), PgSslMode::VerifyFull)
            && env::var_os("PGSSLROOTCERT").is_none()
        {
            command.env("PGSSLROOTCERT", "system");
        }
        let Some((url, _)) = self.url()? else { return Ok(()) };
        // `options` has parsed it before, with the same library.
        let Ok(url) = Url::parse(&url) else { return Ok(()) };
        if let Some(password) = url.password() {
            let password: Cow<'_, [u8]> = percent_decode_str(password).into();
            command.env("PGPASSWORD", &*String::from_utf8_lossy(&password));
        }
        for (key, value) in url.query_pairs() {
            let name = match &*key {
                "password" => "PGPASSWORD",
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
                "sslcert" | "ssl-cert" => "PGSSLCERT",
                "sslkey" | "ssl-key" => "PGSSLKEY",
                _ => continue,
            };
            command.env(name, &*value);
        }
        Ok(())
    }

    /// The URL, if there is one, and its source.
    fn url(&self) -> Result<Option<(String, &'static str)>, Failure> {
        if let Some(url) = &self.database_url {
            return Ok(Some((url.clone(), "--database-url")));
        }
        let Some(url) = env::var_os("DATABASE_URL").filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let url = url.into_string().map_err(|_| Failure::new("DATABASE_URL is not valid UTF-8"))?;
        Ok(Some((url, "DATABASE_URL")))
    }

    pub(crate) fn options(&self) -> Result<PgConnectOptions, Failure> {
        if let Some((url, from)) = self.url()? {
            return database_url::options(&url, from);
        }
        if VARIABLES.iter().any(|name| env::var_os(name).is_some()) {
            return Ok(PgConnectOptions::new());
        }
        Err(Failure::new("no database is given").with_help(
            "give it with --database-url postgres://USER@HOST/DATABASE, or in DATABASE_URL",
        ))
    }

    /// A connection with these options.
    pub(crate) async fn connect(
        &self,
        options: &PgConnectOptions,
    ) -> Result<PgConnection, Failure> {
        let options = options.clone().application_name(NAME);
        let place = format!("{}:{}", options.get_host(), options.get_port());
        let within = Duration::from_secs(self.connect_timeout);
        match tokio::time::timeout(within, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(unconnected(&place, &error)),
            Err(_) => Err(Failure::new(format!(
                "{place} does not answer within {} seconds",
                self.connect_timeout
            ))
            .with_help("check that the server runs, and that no firewall blocks the connection")),
        }
    }
}

/// Read-only, and each statement sees what others have committed.
pub(crate) const READ_ONLY: &str = "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY";

/// Begins a transaction in which unqualified names mean built-in objects, whatever `search_path` the database or the
/// role has set ([`path`]). All our queries run in such a transaction.
pub(crate) async fn begin(
    connection: &mut PgConnection,
    mode: &'static str,
) -> Result<(), Failure> {
    let sql = format!("{mode};\n{}", path::HOLD);
    send(connection, &sql).await.map_err(|error| failed("begin a transaction", &error))
}

/// Restores the configured `search_path` in the transaction, for statements that are not ours. [`catalog_path`] ends
/// this.
pub(crate) async fn own_path(connection: &mut PgConnection) -> Result<(), Failure> {
    let done = send(connection, path::GIVE_BACK).await;
    done.map_err(|error| failed("set search_path", &error))
}

/// From here on, unqualified names in the transaction mean built-in objects again.
pub(crate) async fn catalog_path(connection: &mut PgConnection) -> Result<(), Failure> {
    let done = send(connection, path::HOLD).await;
    done.map_err(|error| failed("set search_path", &error))
}

/// Sends a text unchanged by the simple protocol, and ignores rows.
pub(crate) async fn send(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

/// A connection, and what runs its work.
pub(crate) struct Session {
    runtime: Runtime,
    connection: PgConnection,
}

impl Session {
    pub(crate) fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(work(&mut self.connection))
    }

    pub(crate) fn close(self) {
        // The server also notices the end of the connection by itself.
        let _ = self.runtime.block_on(self.connection.close());
    }
}

/// Runs a future on a new runtime.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    runtime()?.block_on(work)
}

fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

fn unconnected(place: &str, error: &sqlx::Error) -> Failure {
    let failure = Failure::new(format!("cannot connect to {place}: {}", reason(error)));
    let code = error.as_database_error().and_then(|error| error.code().map(String::from));
    match (error, code.as_deref()) {
        (sqlx::Error::Io(_), _) => {
            failure.with_help("check that the server runs, and that host and port are right")
        }
        (sqlx::Error::Protocol(_), _) => failure
            .with_help("check that what answers at this host and port is a PostgreSQL server"),
        (sqlx::Error::Tls(_), _) => failure
            .with_help("check the parameter `sslmode` of the URL, and the server's certificate"),
        (_, Some("3D000")) => failure.with_help("create it, or give another one"),
        (_, Some("28P01" | "28000")) => failure.with_help("check the user and the password"),
        _ => failure,
    }
}

/// The message of the server or the driver, in one line.
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

/// The failure of a statement; `doing` is its purpose.
pub(crate) fn failed(doing: &str, error: &sqlx::Error) -> Failure {
    let failure = Failure::new(format!("cannot {doing}: {}", reason(error)));
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => {
            failure.with_help("the connection is lost: check that the server runs, and try again")
        }
        sqlx::Error::Database(error) if matches!(error.kind(), ErrorKind::Other) => {
            match error.code().as_deref() {
                Some("42501") => {
                    failure.with_help("ask for the privilege, or connect as another user")
                }
                Some("57014") => failure.with_help("try again when the server is less busy"),
                Some("57P01" | "57P02" | "57P03") => {
                    failure.with_help("try again when the server is available")
                }
                _ => failure,
            }
        }
        _ => failure,
    }
}
