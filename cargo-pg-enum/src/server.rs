//! The server, the database, and the user.

use pg_enum_core::drift::path;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::database::failed;
use crate::failure::Failure;

#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `server_version_num`.
    pub(crate) number: i32,
    pub(crate) version: String,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) is_standby: bool,
    pub(crate) is_read_only: bool,
    /// Whether the user can see all details of other sessions.
    pub(crate) sees_sessions: bool,
    /// The existing schemas in the database's default `search_path`, except system schemas.
    pub(crate) search_path: Vec<String>,
    /// All schemas except system schemas.
    pub(crate) schemas: Vec<String>,
}

/// The columns, in the order of [`Server`].
type Row = (i32, String, String, String, bool, bool, bool, Vec<String>, Vec<String>);

impl Server {
    pub(crate) async fn ask(connection: &mut PgConnection) -> Result<Self, Failure> {
        let sql = format!(
            "SELECT pg_catalog.current_setting('server_version_num')::integer,
               pg_catalog.current_setting('server_version'),
               pg_catalog.current_database()::text, current_user::text,
               pg_catalog.pg_is_in_recovery(),
               pg_catalog.current_setting('default_transaction_read_only')::boolean,
               pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
               ARRAY(SELECT s::text FROM pg_catalog.unnest({PATH}) WITH ORDINALITY AS p (s, i)
                 WHERE s !~ '^pg_' ORDER BY i),
               ARRAY(SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_')",
            PATH = path::SCHEMAS,
        );
        let row: Row = sqlx::query_as(AssertSqlSafe(sql))
            .persistent(false)
            .fetch_one(connection)
            .await
            .map_err(|error| failed("read the server's version and settings", &error))?;
        let (
            number,
            version,
            database,
            user,
            is_standby,
            is_read_only,
            sees_sessions,
            search_path,
            schemas,
        ) = row;
        Ok(Self {
            number,
            version,
            database,
            user,
            is_standby,
            is_read_only,
            sees_sessions,
            search_path,
            schemas,
        })
    }

    /// The major version.
    pub(crate) fn major(&self) -> u32 {
        u32::try_from(self.number / 10_000).unwrap_or_default()
    }
}
