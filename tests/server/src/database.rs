//! Databases that come and go.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// A database created for one test. It stays until [`drop_database`](Self::drop_database) is
/// called, or until its server, if that is a throwaway one, stops.
#[derive(Debug, Clone)]
pub struct Database {
    name: String,
    url: String,
    options: PgConnectOptions,
    maintenance: PgConnectOptions,
}

impl Database {
    pub(crate) async fn create(maintenance: &PgConnectOptions) -> Result<Self, sqlx::Error> {
        let name = unique_name();
        // From template0, because a template with a connection to it can't be copied, and with the
        // locale spelt out, because what a test sees must not depend on the server's own.
        let mut connection = PgConnection::connect_with(maintenance).await?;
        // From 15 on, every page of the template goes through the log unless the files are copied, as before 15: that takes
        // twice the processor's time, and more than many tests.
        let copied = match connection.server_version_num() {
            Some(150_000..) => " STRATEGY FILE_COPY",
            _ => "",
        };
        let create = format!(
            "CREATE DATABASE {name} TEMPLATE template0 \
             ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'{copied}"
        );
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await?;
        connection.close().await?;

        let options = maintenance.clone().database(&name);
        Ok(Self {
            url: options.to_url_lossy().into(),
            name,
            options,
            maintenance: maintenance.clone(),
        })
    }

    /// The database's name, which needs no quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL to connect to it with.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same without what only sqlx understands, which it writes into every URL.
    #[must_use]
    pub fn plain_url(&self) -> String {
        let Some((base, query)) = self.url.split_once('?') else { return self.url.clone() };
        let others = query.split('&').filter(|pair| !pair.starts_with("statement-cache-capacity="));
        format!("{base}?{}", others.collect::<Vec<_>>().join("&"))
    }

    /// Opens a new connection to it.
    ///
    /// # Errors
    ///
    /// If the server refuses.
    pub async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.options).await
    }

    /// Drops it, ending the connections there are to it.
    ///
    /// # Errors
    ///
    /// If the server refuses.
    pub async fn drop_database(self) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.maintenance).await?;
        let name = &self.name;
        let drop = if connection.server_version_num().is_some_and(|it| it >= 130_000) {
            format!("DROP DATABASE {name} WITH (FORCE)")
        } else {
            // In this order nobody connects again between the second and the third; and one after
            // the other, since DROP DATABASE may not share its transaction.
            for first in [
                format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
                format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = '{name}'"
                ),
            ] {
                sqlx::raw_sql(AssertSqlSafe(first)).execute(&mut connection).await?;
            }
            format!("DROP DATABASE {name}")
        };
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await?;
        connection.close().await
    }
}

/// The process alone is not enough: numbers come again, and a server at `DATABASE_URL` may have
/// databases left from a run that was killed.
fn unique_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let counter = COUNTER.fetch_add(1, Ordering::Relaxed);
    let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    format!("pg_enum_test_{:x}_{time:x}_{counter:x}", process::id())
}
