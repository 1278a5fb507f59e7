//! The server, the database, and the user.

use pg_enum_core::drift::path;
use sqlx::{AssertSqlSafe, PgConnection};

use super::finding::Finding;
use super::plan::Plan;
use super::transactions;
use crate::database::failed;
use crate::failure::Failure;

#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `server_version_num`.
    pub(crate) number: i32,
    pub(crate) version: String,
    pub(crate) database: String,
    pub(crate) user: String,
    is_standby: bool,
    is_read_only: bool,
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

    /// Checks that the database can be changed. If transactions are read-only by default, that may be intended, so it
    /// is never overridden.
    pub(crate) fn is_writable(&self) -> Result<(), Failure> {
        match self.findings().into_iter().find(|found| found.problem.code != "server-version") {
            Some(Finding { problem, .. }) => {
                let failure = Failure::new(problem.message);
                Err(failure.with_help(problem.help.unwrap_or_default()))
            }
            None => Ok(()),
        }
    }

    /// The major version.
    pub(crate) fn major(&self) -> u32 {
        u32::try_from(self.number / 10_000).unwrap_or_default()
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.number < 120_000 {
            let message = format!(
                "the server is PostgreSQL {}, which cannot add a label inside a transaction",
                self.version
            );
            findings.push(
                Finding::error("server-version", message)
                    .with_note(
                        "before PostgreSQL 12, ALTER TYPE … ADD VALUE fails in a transaction with \
                         SQLSTATE 25001",
                    )
                    .with_help("upgrade the server to 12 or later"),
            );
        }
        if self.is_standby {
            let message = "the server is a standby, which is read-only";
            let finding = Finding::error("standby", message);
            findings.push(finding.with_help("use the URL of the primary"));
        } else if self.is_read_only {
            let message =
                format!("transactions of {} in {} are read-only", self.user, self.database);
            findings.push(
                Finding::error("read-only", message)
                    .with_note("default_transaction_read_only is on")
                    .with_help("connect as the user that migrates, or turn it off for this user"),
            );
        }
        findings
    }

    /// The rules for new labels in this version.
    pub(crate) fn of_labels(&self, plan: &Plan) -> Option<Finding> {
        if self.number < 120_000 || !plan.adds_labels() {
            return None;
        }
        let except = if self.number < 170_000 {
            "even if the same transaction creates the type"
        } else {
            "unless the same transaction creates the type outside a savepoint and an EXCEPTION \
             block"
        };
        let message = format!(
            "on PostgreSQL {}, a new label cannot be used in the transaction that adds it",
            self.version
        );
        let finding = Finding::note("server-version", message).with_note(format!(
            "SQLSTATE 55P04, {except}; DEFAULT, CHECK and enum_range also use the label"
        ));
        Some(finding.with_help(transactions::later(plan)))
    }
}
