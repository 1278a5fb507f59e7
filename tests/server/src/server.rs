//! The server, wherever it comes from.

use std::env;
use std::fmt;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::runtime;
use tokio::time::timeout;

use crate::Database;
use crate::start::Throwaway;

/// A server to test against: the one at `DATABASE_URL`, or a throwaway one that stops when this is
/// dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    options: PgConnectOptions,
    throwaway: Option<Throwaway>,
}

impl Server {
    /// Connects to the server at `DATABASE_URL`, or starts a throwaway one if that is not set.
    ///
    /// Blocks, for a second or two when a server is started. May be called from anywhere, inside a
    /// tokio runtime as well.
    ///
    /// # Errors
    ///
    /// With one line that says what is wrong and what to do about it.
    pub fn find_or_start() -> Result<Self, Unavailable> {
        if let Some(url) = given_url() {
            let unavailable =
                |error| Unavailable::new(format!("DATABASE_URL is of no use: {error}"));
            let options = options(&url).map_err(unavailable)?;
            connect(&options, Duration::from_secs(10)).map_err(unavailable)?;
            return Ok(Self { url, options, throwaway: None });
        }
        Self::start_with(&[])
    }

    /// Starts a throwaway server with these settings, whatever `DATABASE_URL` is.
    ///
    /// # Errors
    ///
    /// With one line that says what is wrong and what to do about it.
    pub fn start_with(settings: &[(&str, &str)]) -> Result<Self, Unavailable> {
        let throwaway = Throwaway::start(settings)?;
        let url = throwaway.url().to_owned();
        let options = options(&url).map_err(|error| Unavailable::new(error.to_string()))?;
        Ok(Self { url, options, throwaway: Some(throwaway) })
    }

    /// The URL of its maintenance database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the server stops when this is dropped.
    #[must_use]
    pub fn is_throwaway(&self) -> bool {
        self.throwaway.is_some()
    }

    /// Where the server comes from, in a few words for a line of output.
    #[must_use]
    pub fn describe(&self) -> String {
        self.throwaway
            .as_ref()
            .map_or_else(|| "DATABASE_URL".to_owned(), |it| it.description().to_owned())
    }

    /// Creates a database that nothing else uses.
    ///
    /// # Errors
    ///
    /// If the server refuses, for instance because the user of `DATABASE_URL` may not create any.
    pub async fn database(&self) -> Result<Database, sqlx::Error> {
        Database::create(&self.options).await
    }
}

/// Why there is no server: one line, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable(String);

impl Unavailable {
    /// Joins the lines of `reason`, which often quotes another program, to one.
    pub(crate) fn new(reason: impl AsRef<str>) -> Self {
        let lines = reason.as_ref().lines().map(str::trim);
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        Self(format!("no PostgreSQL to test against: {}", lines.join(" | ")))
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unavailable {}

/// What `DATABASE_URL` says, if anything.
pub(crate) fn given_url() -> Option<String> {
    env::var("DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// Tests provoke errors on purpose, and slow statements are the machine's affair: neither is logged.
fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url)?.disable_statement_logging())
}

/// Connects once, on a thread of its own since a runtime may not be started inside another.
fn connect(options: &PgConnectOptions, limit: Duration) -> Result<(), sqlx::Error> {
    let attempt = || {
        runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            timeout(limit, async { PgConnection::connect_with(options).await?.close().await })
                .await
                .unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))
        })
    };
    thread::scope(|scope| scope.spawn(attempt).join()).expect("connecting does not panic")
}

#[cfg(test)]
mod tests {
    use super::Unavailable;

    #[test]
    fn unavailable_is_one_line() {
        let unavailable = Unavailable::new("initdb failed:\n\n  no space\n  left\n");
        assert_eq!(
            unavailable.to_string(),
            "no PostgreSQL to test against: initdb failed: | no space | left"
        );
    }
}
