//! Connections that are lost and servers that are killed while a type is changed: nothing is lost, and a re-run finishes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pg_enum_core::Definition;
use pg_enum_core::{Removed, Renamed};
use pg_enum_server::installed;
use pg_enum_test_server::{Database, Server};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{contents, sorted, source};
use crate::harness::{run, tests, try_run};
use crate::runtime::Package;
use crate::swap::cases::dump;
use crate::swap::same;

tests![a_rerun_finishes];

/// Says how often a change is interrupted; a few times, unless it is set.
const KILLS: &str = "PG_ENUM_KILLS";

const OLD: &str = "'sad', 'ok', 'x', 'great'";
const NEW: &[&str] = &["great", "fine", "sad"];
const NEW_SQL: &str = "'great', 'fine', 'sad'";

/// What ends a change.
#[derive(Debug, Clone, Copy)]
enum End {
    /// The server ends the connection.
    Connection,
    /// A process of the server is killed, after which the server recovers from its log.
    Process,
    /// All processes of the server are killed, and it is started again.
    Server,
}

/// How the type is changed.
#[derive(Debug, Clone, Copy)]
enum How {
    Migration,
    Online,
}

async fn a_rerun_finishes(_: Database) {
    let Some(programs) = installed(&["initdb", "pg_ctl", "pg_dump", "postgres"]).into_iter().next()
    else {
        eprintln!("PostgreSQL is not installed: nothing is killed");
        return;
    };
    let kills = std::env::var(KILLS).ok().and_then(|kills| kills.parse().ok()).unwrap_or(6);
    let server = Own::start(&programs);
    let database = server.server.database().await.unwrap();
    let pg_dump = programs.join("pg_dump");
    let mut connection = server.connect(&database).await;
    run(&mut connection, &table(NEW_SQL, "fine", "sad")).await;
    let expected = (sorted(&dump(&pg_dump, &database).unwrap()), contents(&mut connection).await);
    let mut random = 4711_u32;
    let mut next = |most: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % most
    };
    let (mut interrupted, mut reruns) = (0, 0);
    // How long a change takes that is not interrupted.
    let mut usual = [Duration::ZERO; 2];
    for kill in 0..kills + 2 {
        let how = if kill % 2 == 0 { How::Migration } else { How::Online };
        let end = [End::Connection, End::Process, End::Server][next(3) as usize];
        let mut connection = server.connect(&database).await;
        run(&mut connection, &table(OLD, "ok", "x")).await;
        let sql = migration(&mut connection).await;
        let usual = &mut usual[usize::from(kill % 2 == 1)];
        // The first of each kind is not interrupted.
        let after = (kill >= 2).then(|| usual.mul_f64(f64::from(next(1000)) / 1000.0));
        let started = Instant::now();
        let change = change(&database, how, &sql);
        if let Some(after) = after {
            thread::sleep(after);
            server.end(&database, end).await;
        }
        let done = change.join().unwrap();
        if kill < 2 {
            *usual = started.elapsed();
        }
        interrupted += u32::from(done.is_err());
        let mut last = done;
        // Whatever was interrupted, the next run finishes it.
        for _ in 0..5 {
            if last.is_ok() {
                break;
            }
            reruns += 1;
            let _ = server.connect(&database).await;
            last = self::change(&database, how, &sql).join().unwrap();
        }
        let place = format!("{kill}: {how:?} after {after:?} by {end:?}");
        last.unwrap_or_else(|said| panic!("{place}: {said}"));
        let mut connection = server.connect(&database).await;
        let found = (sorted(&dump(&pg_dump, &database).unwrap()), contents(&mut connection).await);
        let order = |differs| panic!("{place}: {differs}");
        same(&expected.0, &found.0).unwrap_or_else(order);
        same(&expected.1, &found.1).unwrap_or_else(order);
    }
    eprintln!("{kills} kills: {interrupted} changes interrupted, {reruns} runs to finish them");
}

/// The state before or after: a table, what depends on its columns, and rows.
fn table(labels: &str, ok: &str, x: &str) -> String {
    let null = "NULL";
    format!(
        "SET client_min_messages = error; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app;
         CREATE TYPE app.mood AS ENUM ({labels});
         CREATE TABLE app.t (id int PRIMARY KEY, m app.mood NOT NULL DEFAULT '{ok}', ms app.mood[], n app.mood);
         INSERT INTO app.t SELECT g, (ARRAY['sad', '{ok}', '{x}', 'great'])[1 + g % 4]::app.mood,
           ARRAY['{x}', {null}, '{ok}']::app.mood[], CASE WHEN g % 3 = 0 THEN 'great'::app.mood END
           FROM generate_series(1, 4000) AS g;
         CREATE INDEX i ON app.t (m, id); CREATE INDEX p ON app.t (id) WHERE m = '{ok}';
         CREATE UNIQUE INDEX u ON app.t (n, id);
         ALTER TABLE app.t ADD CONSTRAINT c CHECK (n <> '{ok}'), ADD CONSTRAINT k UNIQUE (id, m);
         COMMENT ON COLUMN app.t.m IS 'm'; GRANT SELECT (m) ON app.t TO PUBLIC;
         CREATE VIEW app.v AS SELECT id, m FROM app.t WHERE m = '{ok}';
         ALTER TABLE app.t ENABLE ROW LEVEL SECURITY; CREATE POLICY y ON app.t USING (m <> '{ok}');
         CREATE TABLE app.q (m app.mood PRIMARY KEY); INSERT INTO app.q VALUES ('{ok}'), ('great');
         CREATE TABLE app.r (id int, m app.mood REFERENCES app.q, PRIMARY KEY (id, m)) PARTITION BY RANGE (id);
         CREATE TABLE app.p1 PARTITION OF app.r FOR VALUES FROM (0) TO (500);
         CREATE TABLE app.p2 PARTITION OF app.r FOR VALUES FROM (500) TO (1000);
         CREATE INDEX pm ON app.r (m) WHERE m <> '{ok}';
         INSERT INTO app.r SELECT g, (ARRAY['{ok}', 'great'])[1 + g % 2]::app.mood FROM generate_series(1, 900) AS g"
    )
}

/// The migration that replaces the type.
async fn migration(connection: &mut PgConnection) -> String {
    let renamed = [Renamed { label: "fine", was: "ok" }];
    let removed = [Removed { label: "x", replacement: Some("sad") }];
    let definition =
        Definition::new("mood", NEW).in_schema("app").with_renamed(&renamed).with_removed(&removed);
    let plan = crate::swap::planned(connection, definition).await.unwrap();
    plan.steps.iter().map(|step| step.up_sql().to_string()).collect()
}

/// Begins a change, by the migration or by the command, in a thread of its own.
fn change(database: &Database, how: How, sql: &str) -> thread::JoinHandle<Result<(), String>> {
    let (database, sql) = (database.clone(), sql.to_owned());
    thread::spawn(move || match how {
        How::Online => {
            let source = source("mood", NEW, &[("ok", "fine")], &[("x", Some("sad"))], None);
            let command = ["online", "--allow-destructive", "--batch-rows", "300"];
            let said = Package::new(&source).said(Some(&database), &command);
            if said.starts_with("Clean\n") { Ok(()) } else { Err(said) }
        }
        How::Migration => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let mut connection = database.connect().await.map_err(|error| error.to_string())?;
                try_run(&mut connection, "SET application_name = 'cargo-pg-enum'")
                    .await
                    .map_err(|error| error.to_string())?;
                try_run(&mut connection, &sql).await.map_err(|error| error.to_string())
            })
        }
    })
}

/// A server that may be killed.
struct Own {
    server: Server,
    programs: PathBuf,
}

impl Own {
    fn start(programs: &Path) -> Self {
        let server =
            Server::start_with(&[("synchronous_commit", "on"), ("full_page_writes", "on")])
                .expect("the server starts");
        Self { server, programs: programs.to_owned() }
    }

    /// A connection, once the server is there.
    async fn connect(&self, database: &Database) -> PgConnection {
        let start = Instant::now();
        loop {
            match database.connect().await {
                Ok(connection) => return connection,
                Err(error) if start.elapsed() > Duration::from_mins(1) => panic!("{error}"),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Ends a change that runs, if it still does.
    async fn end(&self, database: &Database, end: End) {
        let mut connection = self.connect(database).await;
        let of_change = "FROM pg_stat_activity WHERE application_name = 'cargo-pg-enum' AND state <> 'idle in transaction'";
        match end {
            End::Connection => {
                let sql = format!("SELECT pg_terminate_backend(pid) {of_change}");
                run(&mut connection, &sql).await;
            }
            End::Process => {
                let sql = format!("SELECT pid {of_change} LIMIT 1");
                let pid: Option<i32> = sqlx::query_scalar(AssertSqlSafe(sql))
                    .fetch_optional(&mut connection)
                    .await
                    .unwrap();
                drop(connection);
                if let Some(pid) = pid {
                    kill(&[pid.to_string()]);
                }
            }
            End::Server => {
                let data: String = sqlx::query_scalar("SHOW data_directory")
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
                drop(connection);
                self.kill_all(Path::new(&data));
            }
        }
    }

    /// Kills the server with all its processes, and starts it again.
    #[expect(clippy::zombie_processes, reason = "the server goes on")]
    fn kill_all(&self, data: &Path) {
        let pid_file = data.join("postmaster.pid");
        let text = fs::read_to_string(&pid_file).unwrap();
        let postmaster = text.lines().next().unwrap().to_owned();
        let children = format!("/proc/{postmaster}/task/{postmaster}/children");
        let children = fs::read_to_string(children).unwrap_or_default();
        let all: Vec<String> = [postmaster]
            .into_iter()
            .chain(children.split_whitespace().map(ToOwned::to_owned))
            .collect();
        kill(&all);
        // Those that were started meanwhile notice it themselves.
        thread::sleep(Duration::from_millis(200));
        // A process that nobody has waited for still has its number, so the new server would think that the old one runs.
        fs::remove_file(&pid_file).unwrap();
        for entry in fs::read_dir(data.parent().unwrap()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "lock") {
                fs::remove_file(path).unwrap();
            }
        }
        let owner = fs::metadata(data).unwrap();
        let start = || {
            Command::new(self.programs.join("postgres"))
                .arg("-D")
                .arg(data)
                .uid(owner.uid())
                .gid(owner.gid())
                .current_dir(data)
                .process_group(0)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut server: Child = start();
        let begun = Instant::now();
        loop {
            thread::sleep(Duration::from_millis(50));
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            if text.lines().nth(7).is_some_and(|status| status.trim_end() == "ready") {
                return;
            }
            // A process of the old server is still there.
            if server.try_wait().unwrap().is_some() {
                assert!(
                    begun.elapsed() < Duration::from_mins(1),
                    "the server does not start again"
                );
                server = start();
            }
        }
    }
}

fn kill(pids: &[String]) {
    // Some have ended by themselves.
    let _ = Command::new("kill").arg("-KILL").args(pids).stderr(Stdio::null()).status();
}
