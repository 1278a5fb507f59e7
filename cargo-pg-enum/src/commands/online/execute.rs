//! Carries out the phases.

use std::time::Duration;

use pg_enum_core::Definition;
use pg_enum_core::plan::online::{self, Fill, Online, Options, Work, abort};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::read::{self, Survey};
use super::{NOTHING, say};
use crate::Streams;
use crate::database::{Database, failed, send};
use crate::dependents::{self, rows};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::progress::Progress;

/// How often a transaction is tried that does not get its locks, and how often older transactions are looked for.
const ATTEMPTS: u32 = 60;
/// How long to wait before the second attempt; each time twice as long, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often the database may be found changed before the switch.
const PLANS: u32 = 10;

/// A run of the command.
pub(super) struct Change<'a> {
    pub(super) connection: &'a mut PgConnection,
    /// Holds the lock of the run.
    pub(super) other: PgConnection,
    /// How to connect for statements that are transactions of their own.
    pub(super) database: (&'a Database, &'a PgConnectOptions),
    pub(super) progress: &'a Progress,
    /// In milliseconds.
    pub(super) lock_timeout: u64,
    pub(super) batch_rows: u64,
    pub(super) fire_triggers: bool,
}

/// What came of an attempt to switch.
enum Switched {
    Done,
    /// The database is not what the plan was made for.
    Replanned,
}

impl Change<'_> {
    /// Changes all types, one after another.
    pub(super) async fn all(
        &mut self,
        enums: &[&Derived],
        definitions: &[Definition<'_>],
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Problem>, Failure> {
        let survey = read::survey(self.connection, enums, definitions, self.fire_triggers).await?;
        let Survey { options, types, problems, .. } = survey;
        // Nothing is begun unless everything can be done.
        if !problems.is_empty() {
            return Ok(problems);
        }
        let mut done = 0;
        for (&definition, found) in definitions.iter().zip(&types) {
            let Some((schema, name)) = found else { continue };
            self.lock_run((schema, name)).await?;
            let changed = self.one(definition, (schema, name), options, streams).await;
            let unlocked = self.unlock_run().await;
            done += usize::from(changed.map_err(continued)?);
            unlocked?;
        }
        if done == 0 {
            say(NOTHING, streams)?;
        }
        Ok(problems)
    }

    /// Changes a type. Returns whether there was something to do.
    async fn one(
        &mut self,
        definition: Definition<'_>,
        of: (&str, &str),
        options: Options,
        streams: &mut Streams<'_>,
    ) -> Result<bool, Failure> {
        for _ in 0..PLANS {
            let plan = read::plan(self.connection, definition, of, options, true).await?;
            let Some(plan) = plan.map_err(|refused| Failure::new(refused.to_string()))? else {
                return Ok(false);
            };
            if let Switched::Done = self.phases(&plan, definition, of, options, streams).await? {
                return Ok(true);
            }
        }
        Err(Failure::new("the objects that depend on the type are changed again and again"))
    }

    async fn phases(
        &mut self,
        plan: &Online,
        definition: Definition<'_>,
        of: (&str, &str),
        options: Options,
        streams: &mut Streams<'_>,
    ) -> Result<Switched, Failure> {
        for dropped in &plan.drops {
            streams.note(&format!("the switch drops {dropped}"));
        }
        for view in &plan.computed {
            streams.note(&format!(
                "the materialized view {view} is computed again while the tables are locked"
            ));
        }
        for phase in &plan.phases {
            self.progress.say(phase.title.clone());
            match &phase.work {
                Work::Transaction(sql) => {
                    let sql = format!("{}{sql}COMMIT;", plan.begin(self.lock_timeout));
                    self.patiently(&phase.title, &sql).await?;
                }
                Work::Alone { statements, undo } => {
                    self.alone(&phase.title, statements, undo).await?;
                }
                Work::Fill(fill) => self.fill(plan, fill, options, &phase.title).await?,
                Work::Analyze(sql) => self.send(&phase.title, sql).await?,
                Work::Switch(sql) => {
                    let done = self.switch(plan, sql, definition, of, options).await?;
                    if let Switched::Replanned = done {
                        return Ok(done);
                    }
                }
                _ => return Err(Failure::new("the plan has a phase of an unknown kind")),
            }
            say(&phase.title, streams)?;
        }
        Ok(Switched::Done)
    }

    /// Runs statements that are transactions of their own.
    async fn alone(
        &mut self,
        doing: &str,
        statements: &[String],
        undo: &[String],
    ) -> Result<(), Failure> {
        let mut connection = self.catalog_connection().await?;
        let mut done = Ok(());
        for sql in statements {
            done = send(&mut connection, sql).await.map_err(|error| failed(doing, &error));
            if done.is_err() {
                for sql in undo {
                    // The next run does it otherwise.
                    let _ = send(&mut connection, sql).await;
                }
                break;
            }
        }
        let _ = connection.close().await;
        done
    }

    /// A connection on which names mean built-in objects, for definitions that the server has printed. The setting is part
    /// of the connection, because these statements run in no transaction that could set it, and poolers give the settings
    /// of a session to others.
    async fn catalog_connection(&self) -> Result<PgConnection, Failure> {
        let (database, options) = self.database;
        let options = options.clone().options([
            ("search_path", "pg_catalog,pg_temp"),
            ("statement_timeout", "0"),
            ("lock_timeout", "0"),
        ]);
        let mut connection = database.connect(&options).await?;
        let path = "SELECT pg_catalog.current_setting('search_path') COLLATE pg_catalog.\"C\"";
        let path = sqlx::raw_sql(path).fetch_one(&mut connection).await;
        let path: String = path
            .and_then(|row| row.try_get(0))
            .map_err(|error| failed("read search_path", &error))?;
        if path.replace(' ', "") == "pg_catalog,pg_temp" {
            return Ok(connection);
        }
        Err(Failure::new("the settings of a connection are ignored")
            .with_help("connect to the server itself, not to a pooler"))
    }

    /// Updates the rows of a table in batches.
    async fn fill(
        &mut self,
        plan: &Online,
        fill: &Fill,
        options: Options,
        title: &str,
    ) -> Result<(), Failure> {
        let query = fill.pages();
        let pages = rows(self.connection, &query, title, |text| {
            let (pages, rows) = text.split_once(' ')?;
            Some((pages.parse::<u64>().ok()?, rows.parse::<u64>().ok()?))
        });
        let (pages, rows_of_page) =
            pages.await?.first().copied().ok_or_else(|| Failure::new("the table is gone"))?;
        let ranges = self.connection_version() >= 14;
        let step = (self.batch_rows / rows_of_page.max(1)).max(1);
        // What a crash loses of the last batches, the next run does again.
        let role = if options.in_replication {
            "SET LOCAL session_replication_role = replica;\n"
        } else {
            ""
        };
        let mut from = 0;
        while from < pages {
            let to = pages.min(from.saturating_add(step));
            let sql = format!(
                "{}{role}SET LOCAL synchronous_commit = off;\n{}COMMIT;",
                plan.begin(self.lock_timeout),
                fill.batch((from, to), ranges)
            );
            self.patiently(title, &sql).await?;
            self.progress.say(format!("{title}: {}%", to.saturating_mul(100) / pages));
            from = to;
        }
        Ok(())
    }

    fn connection_version(&self) -> u32 {
        self.connection.server_version_num().unwrap_or(0) / 10_000
    }

    /// Puts the new columns in the place of the old ones.
    async fn switch(
        &mut self,
        plan: &Online,
        sql: &str,
        definition: Definition<'_>,
        of: (&str, &str),
        options: Options,
    ) -> Result<Switched, Failure> {
        self.wait_for_snapshots().await?;
        let mut waited = Waited::default();
        loop {
            // The plan is compared before readers and writers have to wait.
            let first =
                format!("{}{}", plan.begin(self.lock_timeout), plan.lock().unwrap_or_default());
            let mut done = send(self.connection, &first).await;
            if done.is_ok() {
                let now = read::plan_within(self.connection, definition, of, options, false);
                let is_same = matches!(now.await?, Ok(Some(now)) if now.switch() == Some(sql));
                if !is_same {
                    read::end(self.connection).await?;
                    return Ok(Switched::Replanned);
                }
                done = send(self.connection, &plan.lock_labels()).await;
            }
            if done.is_ok() {
                if read::labels(self.connection, of).await? != plan.labels {
                    read::end(self.connection).await?;
                    // Another plan would remove what was not said to be removed.
                    return Err(Failure::new("another session has changed the labels of the type"));
                }
                done = send(self.connection, &format!("{sql}COMMIT;")).await;
            }
            let Err(error) = done else { return Ok(Switched::Done) };
            waited.after(self.connection, "switch to the new type", error).await?;
        }
    }

    /// Waits for the transactions that see the rows as they were before they were filled.
    async fn wait_for_snapshots(&mut self) -> Result<(), Failure> {
        let (doing, mut waited) = ("wait for older transactions", Waited::default());
        let mut left = rows(self.connection, &online::snapshots(), doing, Some).await?;
        while !left.is_empty() {
            self.progress.say(doing.to_owned());
            if !waited.again().await {
                let pids: Vec<_> = left.iter().filter_map(|it| it.split(' ').next()).collect();
                return Err(Failure::new(format!(
                    "transactions of other sessions see the rows as they were before this change: process {}",
                    pids.join(", ")
                ))
                .with_help("end them, or wait until they end, and run the command again"));
            }
            let now = rows(self.connection, &online::snapshots(), doing, Some).await?;
            left.retain(|there| now.contains(there));
        }
        Ok(())
    }

    /// Runs a transaction, again and again while it does not get its locks.
    async fn patiently(&mut self, doing: &str, sql: &str) -> Result<(), Failure> {
        let mut waited = Waited::default();
        while let Err(error) = send(self.connection, sql).await {
            waited.after(self.connection, doing, error).await?;
        }
        Ok(())
    }

    async fn send(&mut self, doing: &str, sql: &str) -> Result<(), Failure> {
        send(self.connection, sql).await.map_err(|error| failed(doing, &error))
    }

    /// Takes the lock that keeps other runs for this type away.
    async fn lock_run(&mut self, (schema, name): (&str, &str)) -> Result<(), Failure> {
        let sql = online::run_lock(schema, name);
        let doing = "take the lock of this command";
        let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut self.other).await;
        let is_free: String =
            row.and_then(|row| row.try_get(0)).map_err(|error| failed(doing, &error))?;
        if is_free == "true" {
            return Ok(());
        }
        self.unlock_run().await?;
        let name = crate::text::type_name(schema, name);
        Err(Failure::new(format!("another run of this command changes the type {name}"))
            .with_help("wait for its end, or stop it; then run this again"))
    }

    async fn unlock_run(&mut self) -> Result<(), Failure> {
        read::end(&mut self.other).await
    }

    /// Removes what interrupted runs have made.
    pub(super) async fn abort(
        &mut self,
        definitions: &[Definition<'_>],
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        let mut removed = false;
        for (schema, name) in read::types(self.connection, definitions).await?.iter().flatten() {
            self.lock_run((schema, name)).await?;
            dependents::begin(self.connection).await?;
            let state = read::state(self.connection, (schema, name)).await?;
            read::end(self.connection).await?;
            let plan = abort(schema, name, &state);
            for phase in &plan.phases {
                if let Work::Transaction(sql) = &phase.work {
                    let sql = format!("{}{sql}COMMIT;", plan.begin(self.lock_timeout));
                    self.patiently(&phase.title, &sql).await?;
                    say(&phase.title, streams)?;
                    removed = true;
                }
            }
            self.unlock_run().await?;
        }
        if !removed {
            say("no online change has left objects", streams)?;
        }
        Ok(())
    }
}

/// How often and how long a transaction has waited for its locks.
#[derive(Default)]
struct Waited {
    attempts: u32,
}

impl Waited {
    /// Waits before the next attempt, or fails.
    async fn after(
        &mut self,
        connection: &mut PgConnection,
        doing: &str,
        error: sqlx::Error,
    ) -> Result<(), Failure> {
        // Another session holds a lock for too long; two sessions wait for each other; a serialization failure.
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let is_passing = matches!(code.as_deref(), Some("55P03" | "40P01" | "40001"));
        let ended = read::end(connection).await;
        if !is_passing {
            let help = match code.as_deref() {
                // The server checks rows that are updated, also those that were there before the check.
                Some("23514") => {
                    "correct the rows that the check refuses, or drop the check for the time of the change"
                }
                Some("53200") => {
                    "if the server has no room for locks, raise max_locks_per_transaction and start it again: a transaction \
                     locks each partition with its indexes"
                }
                _ => return Err(failed(doing, &error)),
            };
            return Err(failed(doing, &error).with_help(help));
        }
        ended?;
        if self.again().await {
            return Ok(());
        }
        Err(failed(doing, &error)
            .with_help("run it again at a quieter time, or with a longer --lock-timeout"))
    }

    /// Waits before the next attempt; `false` if there have been enough.
    async fn again(&mut self) -> bool {
        self.attempts += 1;
        if self.attempts >= ATTEMPTS {
            return false;
        }
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.attempts - 1));
        tokio::time::sleep(wait.min(LONGEST_WAIT)).await;
        true
    }
}

/// A failure, after which something may be there that was not there before.
fn continued(failure: Failure) -> Failure {
    failure
        .with_help_too("run the command again, which continues; `--abort` removes what it has made")
}
