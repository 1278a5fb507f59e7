//! Findings about other sessions: locks that block the pending migrations, other running migrations, and long
//! transactions.

use std::fmt::Write;
use std::time::Duration;

use pg_enum_core::VisibleIdent;
use sqlx::PgConnection;
use sqlx::postgres::types::Oid;

use super::finding::Finding;
use super::plan::Plan;
use super::tables::Tables;
use crate::catalog::EnumType;
use crate::database::failed;
use crate::failure::Failure;
use crate::server::Server;
use crate::text::{brief, count, type_name, visible};

/// The number of characters of a query to show.
const QUERY: usize = 80;
/// The text that the server shows for sessions of others without the privilege to see them.
const HIDDEN: &str = "<insufficient privilege>";

/// A session in `pg_stat_activity`.
struct Session {
    /// `None` for a prepared transaction.
    pid: Option<i32>,
    user: Option<String>,
    application: Option<String>,
    state: Option<String>,
    query: Option<String>,
    /// The age of its transaction.
    seconds: Option<f64>,
}

struct Lock {
    kind: String,
    mode: String,
    granted: bool,
    relation: Option<Oid>,
    object: Option<Oid>,
    /// The key of an advisory lock with a single number.
    key: Option<i64>,
    session: Session,
}

/// A session's columns: `pid`, user, application, state, query, age of the transaction.
type SessionRow =
    (Option<i32>, Option<String>, Option<String>, Option<String>, Option<String>, Option<f64>);
/// The columns of a lock and its session.
type LockRow = (
    String,
    String,
    bool,
    Option<Oid>,
    Option<Oid>,
    Option<i64>,
    Option<i32>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<f64>,
);

impl From<SessionRow> for Session {
    fn from((pid, user, application, state, query, seconds): SessionRow) -> Self {
        Self { pid, user, application, state, query, seconds }
    }
}

impl From<LockRow> for Lock {
    fn from(row: LockRow) -> Self {
        let (kind, mode, granted, relation, object, key, pid, user, application, state, query, age) =
            row;
        let session = Session::from((pid, user, application, state, query, age));
        Self { kind, mode, granted, relation, object, key, session }
    }
}

/// The locks to look for.
pub(crate) struct Question<'a> {
    pub(crate) server: &'a Server,
    pub(crate) plan: &'a Plan,
    pub(crate) tables: &'a Tables,
    /// The changed types.
    pub(crate) types: &'a [&'a EnumType],
    /// The tool, and the keys of its advisory locks.
    pub(crate) tool: &'a str,
    pub(crate) tool_keys: &'a [i64],
    /// The age at which a transaction counts as long.
    pub(crate) long: Duration,
}

impl Question<'_> {
    pub(crate) async fn findings(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<Finding>, Failure> {
        let locks = self.locks(connection).await?;
        let type_keys = self.type_keys(connection).await?;
        let mut findings = Vec::new();
        let mut named: Vec<i32> = Vec::new();
        for lock in locks.iter().filter(|lock| lock.granted) {
            if let Some(finding) = self.of_lock(lock, &locks, &type_keys) {
                named.extend(lock.session.pid);
                findings.push(finding);
            }
        }
        findings.extend(self.waiting(&locks, &type_keys));
        self.of_long(connection, &named, &mut findings).await?;
        Ok(findings)
    }

    async fn locks(&self, connection: &mut PgConnection) -> Result<Vec<Lock>, Failure> {
        let types: Vec<Oid> = self.types.iter().map(|found| found.oid).collect();
        let relations = self.tables.locked(self.plan);
        let rows: Vec<LockRow> = sqlx::query_as(
            "SELECT DISTINCT l.locktype AS kind, l.mode, l.granted, l.relation, l.objid,
               CASE WHEN l.locktype = 'advisory' AND l.objsubid = 1
                 THEN (l.classid::bigint << 32) | l.objid::bigint END AS key,
               l.pid, a.usename::text AS user, a.application_name AS application, a.state, a.query,
               EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 AS seconds
             FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
             WHERE l.database =
                 (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
               AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
               AND (l.locktype = 'advisory'
                 OR l.locktype = 'object' AND l.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                   AND l.objid = ANY ($1) AND l.mode <> 'AccessShareLock'
                 OR l.locktype = 'relation' AND l.relation = ANY ($2))
             ORDER BY l.pid, l.locktype, l.mode",
        )
        .bind(&types)
        .bind(&relations)
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(|error| failed("read the locks", &error))?;
        Ok(rows.into_iter().map(Lock::from).collect())
    }

    /// The keys of the advisory locks in migrations of pg-enum (`pg_enum_core`, `sql/block.rs`).
    async fn type_keys(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<(i64, String)>, Failure> {
        let steps = &self.plan.steps;
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let schemas: Vec<&str> = steps.iter().map(|step| &*step.schema).collect();
        let names: Vec<&str> = steps.iter().map(|step| &*step.name).collect();
        let keys: Vec<i64> = sqlx::query_scalar(
            "SELECT pg_catalog.hashtextextended(pg_catalog.format('pg_enum %s.%s', u.schema, u.name), 0)
             FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]))
               WITH ORDINALITY AS u (schema, name, number)
             ORDER BY u.number",
        )
        .bind(&schemas)
        .bind(&names)
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(|error| failed("compute the keys of locks", &error))?;
        let names = schemas.iter().zip(&names).map(|(schema, name)| type_name(schema, name));
        Ok(keys.into_iter().zip(names).collect())
    }

    /// A held lock that the migrations must wait for.
    fn of_lock(&self, lock: &Lock, all: &[Lock], type_keys: &[(i64, String)]) -> Option<Finding> {
        let who = lock.session.who();
        let finding = match (&*lock.kind, lock.key) {
            ("advisory", Some(key)) => {
                let waiting = all.iter().filter(|it| !it.granted && it.key == Some(key)).count();
                let finding = if self.tool_keys.contains(&key) {
                    let message = format!("{who} holds the migration lock of {}", self.tool);
                    Finding::warning("migration-running", message).with_help(
                        "wait for that migration; if the session is idle, its client is gone, and \
                         pg_terminate_backend can end it",
                    )
                } else {
                    let (_, name) = type_keys.iter().find(|(of, _)| *of == key)?;
                    let message =
                        format!("{who} holds the lock that migrations take to change {name}");
                    Finding::warning("migration-running", message)
                        .of_type(name)
                        .with_help("wait until that transaction ends")
                };
                match waiting {
                    0 => finding,
                    _ => finding.with_note(format!("{} for it", waits(waiting))),
                }
            }
            ("object", _) => {
                let found = self.types.iter().find(|found| Some(found.oid) == lock.object)?;
                let name = found.type_name();
                Finding::warning(
                    "lock",
                    format!("{who} is changing {name}, or has changed it without a commit"),
                )
                .of_type(name)
                .with_note(format!("it holds {} on the type", lock.mode))
                .with_help("wait until that transaction ends")
            }
            ("relation", _) => {
                let name = self.tables.name(lock.relation?)?;
                Finding::warning(
                    "lock",
                    format!("{who} holds a lock on {name}, which a pending migration rewrites"),
                )
                .with_note(format!(
                    "it holds {}; the migration waits for this lock, and all later statements on \
                     the table wait for the migration",
                    lock.mode
                ))
                .with_help("wait until it ends, and migrate with a lock_timeout")
            }
            _ => return None,
        };
        Some(lock.session.details(finding))
    }

    /// Sessions that wait for other advisory locks.
    fn waiting(&self, locks: &[Lock], type_keys: &[(i64, String)]) -> Vec<Finding> {
        let mut keys: Vec<i64> = locks
            .iter()
            .filter(|lock| !lock.granted && lock.kind == "advisory")
            .filter_map(|lock| lock.key)
            .filter(|key| !self.tool_keys.contains(key))
            .filter(|key| !type_keys.iter().any(|(of, _)| of == key))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let finding = |key: i64| {
            let of_key = || locks.iter().filter(move |lock| lock.key == Some(key));
            let waiting = of_key().filter(|lock| !lock.granted).count();
            let holders: Vec<_> =
                of_key().filter(|lock| lock.granted).map(|lock| lock.session.who()).collect();
            Finding::warning(
                "advisory-wait",
                format!("{} for the advisory lock {key}", waits(waiting)),
            )
            .with_note(format!("held by {}", holders.join(", ")))
            .with_note(format!("it is not the migration lock of {}", self.tool))
        };
        keys.into_iter().map(finding).collect()
    }

    async fn of_long(
        &self,
        connection: &mut PgConnection,
        named: &[i32],
        findings: &mut Vec<Finding>,
    ) -> Result<(), Failure> {
        let sessions: Vec<SessionRow> = sqlx::query_as(
            "SELECT a.pid, a.usename::text AS user, a.application_name AS application, a.state, a.query,
               EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 AS seconds
             FROM pg_catalog.pg_stat_activity AS a
             WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
               -- Of those that are hidden, only the server's own processes have no user.
               AND (a.query = $2 AND a.usesysid IS NOT NULL OR a.backend_type = 'client backend'
                 AND a.xact_start < pg_catalog.clock_timestamp() - $1 * interval '1 second')
             ORDER BY a.xact_start",
        )
        .bind(self.long.as_secs_f64())
        .bind(HIDDEN)
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(|error| failed("read the sessions", &error))?;
        let rewrites = !self.tables.locked(self.plan).is_empty();
        let mut hidden = 0;
        for session in sessions.into_iter().map(Session::from) {
            if session.is_hidden() {
                hidden += 1;
                continue;
            }
            if session.pid.is_some_and(|pid| named.contains(&pid)) {
                continue;
            }
            let message = format!("{} has a long-running transaction", session.who());
            let finding = if rewrites {
                Finding::warning("long-transaction", message).with_note(
                    "pending migrations rewrite tables: if this transaction uses one of them, the \
                     migration and all others wait for it",
                )
            } else {
                Finding::note("long-transaction", message)
                    .with_note("the pending migrations lock no table, so this does not block them")
            };
            findings.push(session.details(finding));
        }
        if hidden > 0 && !self.server.sees_sessions {
            let user = VisibleIdent(&self.server.user);
            findings.push(
                Finding::note(
                    "activity-hidden",
                    format!(
                        "the activity of {} of other users is hidden",
                        count(hidden, "session")
                    ),
                )
                .with_help(format!(
                    "connect as another user, or run: GRANT pg_read_all_stats TO {user};"
                )),
            );
        }
        Ok(())
    }
}

fn waits(sessions: usize) -> String {
    match sessions {
        1 => "1 session waits".to_owned(),
        many => format!("{many} sessions wait"),
    }
}

impl Session {
    fn is_hidden(&self) -> bool {
        self.query.as_deref() == Some(HIDDEN)
    }

    /// The session, for a message.
    fn who(&self) -> String {
        let Some(pid) = self.pid else { return "a prepared transaction".to_owned() };
        match &self.user {
            Some(user) => format!("pid {pid} ({})", visible(user)),
            None => format!("pid {pid}"),
        }
    }

    /// More details about it.
    fn details(&self, finding: Finding) -> Finding {
        if self.pid.is_none() {
            return finding.with_note(
                "see pg_prepared_xacts; it remains until COMMIT PREPARED or ROLLBACK PREPARED",
            );
        }
        let mut text = String::new();
        if let Some(application) = self.application.as_deref().filter(|name| !name.is_empty()) {
            // Writing to a string does not fail.
            let _ = write!(text, "{}, ", brief(application, QUERY));
        }
        text += self.state.as_deref().unwrap_or("its state is hidden");
        if let Some(seconds) = self.seconds {
            let _ = write!(text, ", its transaction is {} old", age(seconds));
        }
        let query = self.query.as_deref().map(str::trim).filter(|query| !query.is_empty());
        if let Some(query) = query.filter(|query| *query != HIDDEN) {
            let _ = write!(text, ": {}", brief(query, QUERY));
        }
        finding.with_note(text)
    }
}

fn age(seconds: f64) -> String {
    let whole = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default().as_secs();
    match whole {
        0..=119 => format!("{whole} s"),
        120..=7199 => format!("{} min", whole / 60),
        _ => format!("{} h", whole / 3600),
    }
}
