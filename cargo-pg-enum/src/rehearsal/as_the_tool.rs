//! Runs migrations in the same way as their tool.

use std::collections::HashSet;
use std::time::Instant;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Between, Folder, Migration, Transaction};
use sqlx::PgConnection;

use super::Ran;
use super::failure::{failure, lost};
use super::sent::Body;
use crate::database::send;
use crate::problem::{Place, Problem};
use crate::runner::{self, Table};
use crate::target::Limits;

/// The session that runs migrations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session<'a> {
    pub(crate) database: &'a str,
    /// Whether the user is a superuser on the target, but not here.
    pub(crate) is_demoted: bool,
    /// The initial state of the session.
    pub(crate) limits: Limits,
}

/// Runs migrations up to the first statement that fails. Returns those that have run, and the
/// failure.
pub(crate) async fn run(
    connection: &mut PgConnection,
    folder: &Folder,
    bodies: &[(usize, Body)],
    table: Option<&Table>,
    session: Session<'_>,
) -> (Vec<Ran>, Option<Problem>) {
    let (done, made) = (Vec::new(), HashSet::new());
    let mut run = Run { connection, folder, table, session, done, made };
    let failure = run.all(bodies).await.err();
    (run.done, failure)
}

struct Run<'a> {
    connection: &'a mut PgConnection,
    folder: &'a Folder,
    /// The table in which the tool records applied migrations.
    table: Option<&'a Table>,
    session: Session<'a>,
    done: Vec<Ran>,
    /// The types that `SQLAlchemy` remembers that it has made.
    made: HashSet<String>,
}

impl Run<'_> {
    async fn all(&mut self, bodies: &[(usize, Body)]) -> Result<(), Problem> {
        let database = self.session.database;
        self.limit().await?;
        // The migrations must see a session that holds the tool's lock.
        for key in runner::lock_keys(self.folder.tool, database, self.table) {
            self.send(&format!("SELECT pg_catalog.pg_advisory_lock({key})")).await?;
        }
        let whole = self.folder.together;
        if whole {
            self.send("BEGIN").await?;
        }
        for (index, body) in bodies {
            let Some(migration) = self.folder.migrations.get(*index) else { continue };
            let started = Instant::now();
            self.one(*index, migration, body, !whole).await?;
            self.done.push(Ran::new(migration, started));
        }
        if whole { self.send("COMMIT").await } else { Ok(()) }
    }

    /// Runs one migration; `own` says whether it gets its own transaction, if its tool uses one.
    async fn one(
        &mut self,
        index: usize,
        migration: &Migration,
        body: &Body,
        own: bool,
    ) -> Result<(), Problem> {
        let folder = self.folder;
        let has_transaction = own && migration.transaction == Transaction::Explicit;
        if has_transaction {
            self.send("BEGIN").await?;
        }
        let end = self.body(migration, body, own).await?;
        let between = folder.tool.running().between;
        if between == Between::Restored {
            self.send("RESET ROLE; RESET search_path").await?;
        }
        if between == Between::Reset {
            self.send("RESET ALL").await?;
            self.limit().await?;
        }
        self.record(index, migration, &end).await?;
        if has_transaction {
            send(self.connection, "COMMIT")
                .await
                .map_err(|error| self.failure(migration, &end, None, &error))?;
        }
        if between == Between::Psql && !folder.together {
            // Each file is a separate session. Its end rolls back uncommitted changes.
            self.send("ROLLBACK").await?;
            self.send("DISCARD ALL").await?;
            self.limit().await?;
        }
        Ok(())
    }

    /// Sends what is in a migration. Returns the place of its end.
    async fn body(
        &mut self,
        migration: &Migration,
        body: &Body,
        own: bool,
    ) -> Result<Location, Problem> {
        match body {
            Body::Script(script) => {
                if own && migration.transaction == Transaction::Implicit {
                    let at = Location::new(&script.source, script.range.clone());
                    send(self.connection, script.text())
                        .await
                        .map_err(|error| self.failure(migration, &at, None, &error))?;
                } else {
                    for statement in script.statements() {
                        send(self.connection, statement.text()).await.map_err(|error| {
                            self.failure(migration, &statement.at, None, &error)
                        })?;
                    }
                }
                Ok(Location::new(&script.source, script.range.end..script.range.end))
            }
            Body::Revision { source, sent } => {
                for message in sent {
                    if message.once.as_ref().is_some_and(|name| !self.made.insert(name.clone())) {
                        continue;
                    }
                    send(self.connection, message.text()).await.map_err(|error| {
                        self.failure(migration, &message.at, message.made.as_deref(), &error)
                    })?;
                }
                let end = source.text.len();
                Ok(Location::new(source, end..end))
            }
        }
    }

    /// Writes the row that the tool writes after a migration, if its table exists and the row is known.
    async fn record(
        &mut self,
        index: usize,
        migration: &Migration,
        at: &Location,
    ) -> Result<(), Problem> {
        let Some(table) = self.table else { return Ok(()) };
        if !runner::is_recordable(self.folder, index, table) {
            return Ok(());
        }
        let recorded = runner::record(self.connection, self.folder, index, table).await;
        recorded.map(drop).map_err(|error| {
            let message = format!("cannot record migration {}: {error}", migration.version);
            let mut problem =
                Problem::new("failed", message, Place::new(&self.folder.root, at, ""));
            problem.help = Some(format!(
                "after the migration, {} writes to {} with the same role and the same settings",
                self.folder.tool,
                table.full_name()
            ));
            problem
        })
    }

    /// The server's error, with a note if the target could behave differently.
    fn failure(
        &self,
        migration: &Migration,
        at: &Location,
        made: Option<&str>,
        error: &sqlx::Error,
    ) -> Problem {
        let mut problem = failure(self.folder, migration, at, made, error);
        let code = error.as_database_error().and_then(|error| error.code().map(String::from));
        let help = match code.as_deref() {
            Some("42501") if self.session.is_demoted => {
                "the user is a superuser on the target, but not here, because a superuser can \
                 access the files and programs of this machine; --on-target runs the statements \
                 on the target if they can be rolled back"
            }
            Some("3D000") => "the temporary server has only this one of the target's databases",
            _ => return problem,
        };
        problem.help = Some(help.to_owned());
        problem
    }

    async fn limit(&mut self) -> Result<(), Problem> {
        let limited = self.session.limits.set(self.connection, false).await;
        limited.map_err(|error| Problem::at_no_place("failed", error.to_string()))
    }

    async fn send(&mut self, sql: &str) -> Result<(), Problem> {
        send(self.connection, sql).await.map_err(|error| lost(&error))
    }
}
