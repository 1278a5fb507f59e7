//! Creates missing types and labels, in any number of processes at once.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;
use std::time::Instant;

use pg_enum_core::drift::{Found, Query, State, Verdict, additions, path};
use pg_enum_core::plan::Step;
use pg_enum_core::{Definition, Literal, visible};

use super::session::{Database, Session};
use super::{Error, ExtraLabels, Policy, Report, alloc, read, std};
use crate::Set;

/// Options for [`Set::ensure_with`].
///
/// ```
/// use std::time::Duration;
/// use pg_enum::live::Ensure;
///
/// let patient = Ensure::new().lock_timeout(Duration::from_secs(60));
/// let cautious = Ensure::new().add_labels(false);
/// ```
#[derive(Debug, Clone)]
pub struct Ensure {
    policy: Policy,
    add_labels: bool,
    lock_timeout: Duration,
    statement_timeout: Duration,
}

impl Default for Ensure {
    fn default() -> Self {
        Self {
            policy: Policy::new().extra_labels(ExtraLabels::Allowed),
            add_labels: true,
            lock_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(60),
        }
    }
}

impl Ensure {
    /// The defaults: types are created and labels are added. Extra labels are tolerated, because a newer program may
    /// have added them. The lock timeout is 10 seconds and the statement timeout is 60 seconds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to add missing labels to existing types. If not, a missing label is an error.
    #[must_use]
    pub fn add_labels(mut self, add: bool) -> Self {
        self.add_labels = add;
        self
    }

    /// Which differences to tolerate. By default, types may have labels that their enums lack.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// How long to wait for a lock (`lock_timeout`, in whole milliseconds); zero means no limit.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// How long one statement may take, including waiting (`statement_timeout`, in whole milliseconds); zero means no
    /// limit.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }
}

/// The result of [`Set::ensure`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Ensured {
    /// A short description of each step: `create type app.mood`, `add value 'ok' to app.mood`. Empty if nothing was
    /// missing.
    pub steps: Vec<String>,
    /// The time spent waiting for locks.
    pub waited: Duration,
    /// The total time.
    pub took: Duration,
}

/// The number of attempts if the server cancels this transaction to resolve a deadlock (40P01).
const TRIES: usize = 5;

/// The maximum number of steps in one transaction. Each step takes a few locks, and with default settings the server
/// has 6,400 locks for all sessions (manual, 19.12, `max_locks_per_transaction`).
const STEPS: usize = 1000;

/// The advisory lock that one process holds while the others wait. Advisory locks are local to a database.
const LOCK: &str = "pg_catalog.hashtextextended('pg_enum ensure', 0)";

#[expect(
    clippy::manual_async_fn,
    reason = "`Send` must be explicit, because the compiler cannot infer it for a generic `Database`"
)]
impl Set<'_> {
    /// Creates missing types and adds missing labels, with the defaults of [`Ensure`]. Run it when a service starts,
    /// in any number of processes.
    ///
    /// If nothing is missing, this runs only the query of
    /// [`verify`](Self::verify). Otherwise it opens one transaction at `READ COMMITTED` and takes an advisory lock,
    /// so that one process works while the others wait and then find nothing missing. It runs the query again, sends
    /// all statements at once, and verifies the result. (If more than a thousand statements are needed, for example
    /// for many tenants, it uses several such transactions, and returns [`Error::Partly`] if not all of them
    /// succeed.)
    ///
    /// In the caller's transaction it uses a savepoint instead, and holds the lock until that transaction ends. The
    /// transaction should be at `READ COMMITTED`: at any other level, changes by others since its snapshot are
    /// reported as missing.
    ///
    /// It never renames, removes or drops anything.
    ///
    /// It emits `tracing` events with the target `pg_enum`.
    ///
    /// # Errors
    ///
    /// - The errors of [`verify`](Self::verify). If there is a difference that creating types and adding labels does
    ///   not fix, all such differences are listed, and nothing is changed.
    /// - [`Error::Locked`] and [`Error::Timeout`], if a limit is exceeded.
    /// - [`Error::ReadOnly`] and [`Error::Privilege`], if something is missing and the database or the role does not
    ///   allow the change.
    /// - [`Error::Partly`], which contains one of these, if there are more than a thousand steps and only some are
    ///   committed.
    pub fn ensure<'a>(
        &'a self,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<Ensured, Error>> + Send + 'a {
        async { self.ensure_with(&Ensure::new(), database).await }
    }

    /// [`ensure`](Self::ensure) with options.
    ///
    /// # Errors
    ///
    /// The errors of [`ensure`](Self::ensure).
    pub fn ensure_with<'a>(
        &'a self,
        options: &'a Ensure,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<Ensured, Error>> + Send + 'a {
        async {
            let began = Instant::now();
            let mut session = database.session().await.map_err(Error::of)?;
            // Its state is large, and would be part of each future that waits for it.
            Box::pin(self.ensure_on(options, &mut session, began)).await
        }
    }

    pub(super) async fn ensure_on(
        &self,
        options: &Ensure,
        session: &mut impl Session,
        began: Instant,
    ) -> Result<Ensured, Error> {
        self.check().map_err(Error::Conflict)?;
        let mut progress = Progress::default();
        let mut tries = 1;
        loop {
            match self.attempt(options, session, &mut progress).await {
                Err(error) if tries < TRIES && error.sqlstate() == Some("40P01") => {
                    tracing::debug!(target: "pg_enum", "deadlock, trying again");
                    tries += 1;
                }
                Ok(()) => break,
                Err(error) => return Err(progress.interrupted_by(error)),
            }
        }
        let mut ensured = progress.ensured;
        ensured.took = began.elapsed();
        if !ensured.steps.is_empty() {
            tracing::info!(
                target: "pg_enum",
                steps = ensured.steps.len(),
                took = ?ensured.took,
                waited = ?ensured.waited,
                "the enum types now match the enums"
            );
        }
        Ok(ensured)
    }

    async fn attempt(
        &self,
        options: &Ensure,
        session: &mut impl Session,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        progress.left.clear();
        let definitions = self.definitions();
        let found = read::read(&definitions, &options.policy, session).await?;
        if self.steps(options, &definitions, &found)?.is_empty() {
            return Ok(());
        }
        let nested = session.is_in_transaction();
        let mut todo: Option<Vec<Step>> = None;
        loop {
            // At a higher level, the snapshot could be older than the wait for the lock, and would miss changes by
            // others.
            session.begin().await.map_err(Error::of)?;
            let done = self.part(options, session, &definitions, &mut todo, nested, progress).await;
            let steps = match done {
                Ok(steps) => steps,
                Err(error) => {
                    // An error of the rollback would be a consequence of this error.
                    let _ = session.roll_back().await;
                    return Err(told(error, &definitions, session).await);
                }
            };
            session.commit().await.map_err(Error::of)?;
            progress.have_done(steps);
            if todo.as_ref().is_none_or(Vec::is_empty) {
                return Ok(());
            }
        }
    }

    /// Takes as many of the remaining steps as go into one transaction, and returns their number.
    async fn part(
        &self,
        options: &Ensure,
        session: &mut impl Session,
        definitions: &[Definition<'_>],
        todo: &mut Option<Vec<Step>>,
        nested: bool,
        progress: &mut Progress,
    ) -> Result<usize, Error> {
        let limits = options.lock(session, &mut progress.ensured.waited).await?;
        let steps = match todo {
            Some(steps) => steps,
            None => {
                let found = read::read(definitions, &options.policy, session).await?;
                let steps = self.steps(options, definitions, &found)?;
                let summary = |step: &Step| visible(step.summary()).to_string();
                progress.left = steps.iter().map(summary).collect();
                todo.insert(steps)
            }
        };
        // The caller's transaction keeps all its locks until its end, so splitting the steps has no benefit.
        let most = if nested { steps.len() } else { STEPS.min(steps.len()) };
        if most > 0 {
            let sql: String = steps.drain(..most).map(|step| step.up_sql().to_string()).collect();
            // All texts in it are quoted.
            let sent = session.run(&sql).await.map_err(Error::of);
            sent.map_err(|error| error.after(options.lock_timeout))?;
            if steps.is_empty() {
                // Verify the result.
                self.report_on(&options.policy, session).await?.into_result()?;
            }
        }
        give_back(&limits, nested, session).await?;
        Ok(most)
    }

    /// The steps to take, or an error if they would not fix every difference.
    fn steps(
        &self,
        options: &Ensure,
        definitions: &[Definition<'_>],
        found: &[Found],
    ) -> Result<Vec<Step>, Error> {
        let report = Report::new(self, &options.policy, definitions, found);
        let settled = |verdict: &Verdict| match verdict {
            Verdict::Missing { schema_exists } => *schema_exists,
            Verdict::LabelMissing { .. } => options.add_labels,
            _ => false,
        };
        let mut disagreements = report.disagreements().iter();
        if !disagreements.all(|found| found.tolerated || settled(&found.drift.verdict)) {
            return Err(Error::Drift(report));
        }
        let mut steps = Vec::new();
        for here in found.iter().filter(|found| found.number % 2 == 0) {
            let Some(definition) = definitions.get(here.number / 2) else { continue };
            // If the first schema needs no steps, the others with the same state need none either.
            let is_missing = matches!(here.state, State::Missing { .. });
            for schema in &here.schemas {
                let before = steps.len();
                // A missing type without a schema is created by its own statement, which has no schema either.
                let own = is_missing && definition.schema.is_none() && options.policy.is_own();
                let definition = if own { *definition } else { definition.in_schema(schema) };
                steps.extend(additions(definition, &here.state));
                if steps.len() == before {
                    break;
                }
            }
        }
        Ok(steps)
    }
}

/// The progress so far.
#[derive(Default)]
struct Progress {
    ensured: Ensured,
    /// The steps that are still to do.
    left: Vec<String>,
}

impl Progress {
    /// Marks the next steps as committed.
    fn have_done(&mut self, steps: usize) {
        for step in self.left.drain(..steps) {
            tracing::info!(target: "pg_enum", "{step}");
            self.ensured.steps.push(step);
        }
    }

    fn interrupted_by(self, error: Error) -> Error {
        if self.ensured.steps.is_empty() {
            return error;
        }
        Error::Partly { done: self.ensured.steps, left: self.left, source: Box::new(error) }
    }
}

impl Ensure {
    /// Sets the limits for this transaction and takes the lock. Returns the previous limits.
    async fn lock(
        &self,
        session: &mut impl Session,
        waited: &mut Duration,
    ) -> Result<[String; 2], Error> {
        let [lock, statement] = [self.lock_timeout, self.statement_timeout].map(milliseconds);
        let query = Query::new(format_args!(
            "SELECT CASE WHEN set_config('lock_timeout', '{lock}', true) IS NOT NULL \
               AND set_config('statement_timeout', '{statement}', true) IS NOT NULL \
               THEN concat_ws(E'\\n', current.lock, current.statement, pg_try_advisory_xact_lock({LOCK})) \
               END AS found \
             FROM (SELECT current_setting('lock_timeout') AS lock, \
               current_setting('statement_timeout') AS statement OFFSET 0) AS current"
        ));
        let rows = session.rows(&query).await.map_err(Error::of)?;
        let mut lines = rows.iter().flat_map(|row| row.lines());
        let limits = [(); 2].map(|()| lines.next().unwrap_or_default().to_string());
        if lines.next() != Some("t") {
            tracing::info!(target: "pg_enum", "waiting for another process that creates enum \
                                    types");
            let began = Instant::now();
            let sql = format!("SELECT pg_catalog.pg_advisory_xact_lock({LOCK})");
            let locked = session.run(&sql).await;
            *waited += began.elapsed();
            locked.map_err(Error::of).map_err(|error| error.after(*waited))?;
        }
        Ok(limits)
    }
}

/// Restores the previous limits in a transaction of the caller. In our own transaction they end with it.
async fn give_back(
    [lock, statement]: &[String; 2],
    nested: bool,
    session: &mut impl Session,
) -> Result<(), Error> {
    if !nested {
        return Ok(());
    }
    let (lock, statement) = (Literal(lock), Literal(statement));
    let sql = format!(
        "SELECT pg_catalog.set_config('lock_timeout', {lock}, true), \
         pg_catalog.set_config('statement_timeout', {statement}, true)"
    );
    session.run(&sql).await.map_err(Error::of)
}

/// In whole milliseconds, at least one, because zero means no limit.
pub(super) fn milliseconds(limit: Duration) -> u128 {
    if limit.is_zero() { 0 } else { limit.as_millis().clamp(1, 2_147_483_647) }
}

/// The error; if it is about a lock, with the session that holds it.
async fn told(error: Error, definitions: &[Definition<'_>], session: &mut impl Session) -> Error {
    let Error::Locked { waited, source, .. } = error else { return error };
    // If the holder cannot be determined, it is left out.
    let rows = session.rows(&holder(definitions)).await.unwrap_or_default();
    Error::Locked { waited, holder: rows.into_iter().next(), source }
}

/// Looks up the session that holds one of the requested locks: an advisory lock, or a lock on one of the types.
fn holder(definitions: &[Definition<'_>]) -> Query {
    let mut names = String::new();
    for Definition { schema, name, .. } in definitions {
        let comma = if names.is_empty() { "" } else { ", " };
        let home = match schema {
            Some(schema) => Literal(schema).to_string(),
            None => path::HOME.to_string(),
        };
        // Writing to a string does not fail.
        let _ = write!(names, "{comma}({home}::text, {})", Literal(name));
    }
    // The keys are the same as in `pg_enum_core`, `sql/block.rs`.
    Query::new(format_args!(
        "SELECT pg_catalog.format('process %s (%s of %s%s) has been in a transaction for %s s and', a.pid, \
           coalesce(nullif(a.application_name, ''), 'an application'), a.usename, \
           coalesce(', ' || a.state, ''), \
           coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int, 0)) AS found \
         FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid \
         WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid() \
           AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
           AND (l.locktype = 'advisory' AND ((l.classid::bigint << 32) | l.objid::bigint) IN ( \
               SELECT {LOCK} UNION ALL SELECT pg_catalog.hashtextextended( \
                 pg_catalog.format('pg_enum %s.%s', home, name), 0) FROM (VALUES {names}) AS v (home, name)) \
             OR l.locktype = 'object' AND l.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND l.objid IN ( \
               SELECT t.oid FROM (VALUES {names}) AS v (home, name) \
               JOIN pg_catalog.pg_namespace AS n ON n.nspname::text = home \
               JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid AND t.typname::text = name)) \
         ORDER BY a.xact_start LIMIT 1"
    ))
}
