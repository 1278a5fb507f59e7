//! Databases of somebody who wants the rights of whoever looks at them.
//!
//! Each test lays a trap, has everything run that pg-enum runs on a database, as a superuser, and finds that nothing has
//! stepped into it, and that all of it says and does what it would without the trap.

mod casts;
mod messages;
mod operators;
mod relations;
mod row_security;
mod rows;
mod smoke;
mod writing;

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use cargo_pg_enum::Status;
use pg_enum::live::{Ensure, Error, Policy};
use pg_enum::{PgEnum, set};
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::harness::{Said, Test, command, labels, run, types};
use crate::preflight::Folder;

pub(crate) fn tests() -> Vec<Test> {
    [
        casts::tests(),
        messages::tests(),
        operators::tests(),
        relations::tests(),
        row_security::tests(),
        rows::tests(),
        smoke::tests(),
        writing::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What there is, by the first migration.
const OBJECTS: (&str, &str) = (
    "1_init.sql",
    "CREATE SCHEMA app;
    CREATE TYPE app.mood AS ENUM ('Sad', 'Ok', 'Old');
    CREATE TYPE public.bare AS ENUM ('One');
    CREATE TABLE app.t (id int, mood app.mood, moods app.mood[]);
    INSERT INTO app.t VALUES (1, 'Old', '{Sad,Old}'), (2, 'Sad', NULL);",
);

/// What is done by hand, and then stamped.
const LATER: (&str, &str) = ("2_later.sql", "ALTER TYPE app.mood ADD VALUE 'Later';");

/// Whatever runs as somebody else leaves a file in the server's directory, which only a superuser can make it do, or
/// fails if that somebody is none: so both can be told afterwards, whatever the transaction comes to.
const TRAP: &str = "CREATE SCHEMA trap; GRANT USAGE ON SCHEMA trap TO PUBLIC;
    CREATE FUNCTION trap.spring() RETURNS void LANGUAGE plpgsql AS $trap$ BEGIN
      IF current_user OPERATOR(pg_catalog.<>) '<mallory>' THEN
        EXECUTE pg_catalog.format('COPY (SELECT pg_catalog.current_query()) TO %L', '<file>');
      END IF;
    END $trap$;
    CREATE FUNCTION trap.yes() RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $trap$ BEGIN
      PERFORM trap.spring(); RETURN true;
    END $trap$;
    CREATE FUNCTION trap.one(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $trap$ BEGIN
      PERFORM trap.spring(); RETURN 1;
    END $trap$;
    CREATE FUNCTION trap.row() RETURNS trigger LANGUAGE plpgsql AS $trap$ BEGIN
      PERFORM trap.spring(); RETURN NEW;
    END $trap$;";

/// An ordinary role that owns the database, and all that is in it.
struct Mallory {
    name: String,
    file: String,
    database: Database,
    folder: Arc<Folder>,
    /// A superuser, who was connected before anything was done to the database.
    admin: PgConnection,
}

impl Mallory {
    async fn new(database: Database) -> Self {
        let mut admin = database.connect().await.unwrap();
        let name = format!("mallory_of_{}", database.name());
        let directory: String =
            sqlx::query_scalar("SHOW data_directory").fetch_one(&mut admin).await.unwrap();
        let file = format!("{directory}/trap_{}", database.name());
        run(
            &mut admin,
            &format!("CREATE ROLE {name}; ALTER DATABASE {} OWNER TO {name}", database.name()),
        )
        .await;
        let folder = Folder::new(&[OBJECTS]);
        run(&mut admin, &format!("SET ROLE {name}")).await;
        folder.migrate(&mut admin).await.unwrap();
        run(&mut admin, "RESET ROLE").await;
        let mut mallory = Self { name, file, database, folder: Arc::new(folder), admin };
        mallory.lays(TRAP).await;
        mallory
    }

    /// Runs this as that role. `<mallory>` and `<database>` are what they are called, and `<file>` is what the trap
    /// leaves.
    async fn lays(&mut self, sql: &str) {
        let sql = sql
            .replace("<mallory>", &self.name)
            .replace("<database>", self.database.name())
            .replace("<file>", &self.file);
        run(&mut self.admin, &format!("SET ROLE {}", self.name)).await;
        run(&mut self.admin, &sql).await;
        run(&mut self.admin, "RESET ROLE").await;
    }

    /// What somebody has sent who has stepped into the trap.
    async fn has_caught(&mut self) -> Option<String> {
        sqlx::query_scalar("SELECT pg_catalog.pg_read_file($1, 0, 5000, true)")
            .bind(&self.file)
            .fetch_one(&mut self.admin)
            .await
            .unwrap()
    }

    async fn has_caught_nobody(&mut self) {
        assert_eq!(self.has_caught().await, None, "a trap has sprung");
    }

    /// Has caught nobody, and is gone.
    async fn goes(mut self) {
        self.has_caught_nobody().await;
        self.is_dropped().await;
    }

    async fn is_dropped(&mut self) {
        let name = &self.name;
        let sql = format!(
            "REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}"
        );
        run(&mut self.admin, &sql).await;
    }

    /// A subcommand on the folder, as a superuser.
    fn command(&self, words: &[&str]) -> Said {
        self.folder.run(&self.database, words)
    }
}

#[derive(PgEnum)]
#[pg_enum(schema = "app", removed("Old" => Sad))]
enum Mood {
    Sad,
    Ok,
}

/// The same type, later on.
mod later {
    #[derive(pg_enum::PgEnum)]
    #[pg_enum(schema = "app")]
    pub(super) enum Mood {
        Sad,
        Ok,
        Old,
        Later,
        Last,
    }
}

#[derive(PgEnum)]
enum Bare {
    One,
}

#[derive(PgEnum)]
#[pg_enum(schema = "app")]
enum Fresh {
    One,
}

/// Enums as the command line finds them in source.
const SOURCE: &str = "
#[derive(PgEnum)]
#[pg_enum(schema = \"app\", removed(\"Old\" => Sad))]
pub enum Mood { Sad, Ok }

#[derive(PgEnum)]
pub enum Bare { One }
";

/// A subcommand on that source, as a superuser.
fn on_source(database: &Database, words: &[&str]) -> Said {
    let dir: TempDir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n[workspace]\n");
    std::fs::create_dir(dir.path().join("src")).unwrap();
    write("src/lib.rs", SOURCE);
    let mut args: Vec<OsString> = vec!["cargo-pg-enum".into()];
    args.extend(words.iter().map(OsString::from));
    args.extend(["--manifest-path".into(), dir.path().join("Cargo.toml").into()]);
    args.extend(["--database-url".into(), database.url().into()]);
    command(args)
}

fn tolerant() -> Policy {
    Policy::new().extra_labels(pg_enum::live::ExtraLabels::Allowed)
}

/// `search_path` and `row_security`, which are the caller's.
async fn settings(connection: &mut PgConnection) -> [String; 2] {
    let sql = "SELECT pg_catalog.current_setting('search_path'), pg_catalog.current_setting('row_security')";
    let (path, security) = sqlx::query_as(sql).fetch_one(connection).await.unwrap();
    [path, security]
}

/// Everything, step by step, with what it has to come to.
async fn everything(mallory: &mut Mallory) {
    library_reads(mallory).await;
    mallory.has_caught_nobody().await;
    command_line(mallory).await;
    mallory.has_caught_nobody().await;
    library_writes(mallory).await;
}

async fn library_reads(mallory: &Mallory) {
    let mut connection = mallory.database.connect().await.unwrap();
    let before = settings(&mut connection).await;
    set![Mood, Bare].verify_with(&tolerant(), &mut connection).await.unwrap();
    let report = set![Mood, Bare].smoke(&mut connection).await.unwrap();
    assert!(report.is_clean(), "{report}");
    let rows = tolerant().rows(true);
    let report = set![Mood].report(&rows, &mut connection).await.unwrap().to_string();
    assert!(report.contains("rows contain it: app.t.mood, app.t.moods[] ("), "{report}");
    assert_eq!(settings(&mut connection).await, before);
    // In a transaction, and after one that has failed.
    let mut transaction = connection.begin().await.unwrap();
    set![Mood, Bare].verify_with(&tolerant(), &mut *transaction).await.unwrap();
    assert_eq!(settings(&mut transaction).await, before);
    sqlx::raw_sql("SAVEPOINT s; SELECT pg_catalog.int4('x')")
        .execute(&mut *transaction)
        .await
        .unwrap_err();
    assert!(matches!(set![Mood].verify(&mut *transaction).await, Err(Error::Database(_))));
    run(&mut transaction, "ROLLBACK TO SAVEPOINT s").await;
    assert_eq!(settings(&mut transaction).await, before);
    transaction.rollback().await.unwrap();
    run(&mut connection, "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY").await;
    set![Mood, Bare].verify_with(&tolerant(), &mut connection).await.unwrap();
    run(&mut connection, "COMMIT").await;
    assert_eq!(settings(&mut connection).await, before);
}

async fn command_line(mallory: &mut Mallory) {
    let Mallory { database, folder, .. } = &*mallory;
    let said = on_source(database, &["verify", "--rows", "--extra-labels", "allowed"]);
    assert!(said.err.contains("error[removed-in-use]"), "{}", said.err);
    let said = on_source(database, &["smoke"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    let said = on_source(database, &["ensure"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    let said = command(
        ["cargo-pg-enum", "import", "--database-url", database.url()].map(OsString::from).to_vec(),
    );
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    for part in ["pub enum Mood {\n    Sad,\n    Ok,\n    Old,\n}", "pub enum Bare {\n    One,\n}"]
    {
        assert!(said.out.contains(part), "{}", said.out);
    }

    let said = folder.run(database, &["preflight"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    assert!(said.out.contains("1 of 1 migration applied"), "{}", said.out);
    folder.write(LATER.0, LATER.1);
    mallory.lays(LATER.1).await;
    let said = mallory.command(&["preflight"]);
    assert!(said.err.contains("run `cargo pg-enum stamp 2`"), "{}", said.err);
    let said = mallory.command(&["stamp", "2"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    let said = mallory.command(&["preflight"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    assert!(said.out.contains("2 of 2 migrations applied"), "{}", said.out);
}

async fn library_writes(mallory: &mut Mallory) {
    let mut connection = mallory.database.connect().await.unwrap();
    let before = settings(&mut connection).await;
    for sql in [Mood::UP_SQL, Mood::CREATE_SQL, Bare::UP_SQL] {
        run(&mut connection, sql).await;
    }
    // Who cannot have the lock is told who has it.
    let mut other = mallory.database.connect().await.unwrap();
    let lock = "pg_catalog.hashtextextended('pg_enum ensure', 0)";
    run(&mut other, &format!("BEGIN; SELECT pg_catalog.pg_advisory_xact_lock({lock})")).await;
    let brief = Ensure::new().lock_timeout(Duration::from_millis(50));
    let error = set![Fresh].ensure_with(&brief, &mut connection).await.unwrap_err();
    assert!(error.to_string().contains(": process "), "{error}");
    other.close().await.unwrap();

    let ensured = set![later::Mood, Fresh].ensure(&mut connection).await.unwrap();
    assert_eq!(
        ensured.steps,
        ["create type app.fresh", "add value 'Last' to app.mood after 'Later'"]
    );
    assert_eq!(set![later::Mood, Fresh].ensure(&mut connection).await.unwrap().steps.len(), 0);
    run(&mut connection, Fresh::DOWN_SQL).await;
    assert_eq!(types(&mut mallory.admin, "app", "fresh").await, 0);
    set![Fresh].create_all(&mut connection, "CREATE TABLE app.u (f app.fresh)").await.unwrap();
    set![Fresh].drop_all(&mut connection, "DROP TABLE app.u").await.unwrap();
    assert_eq!(settings(&mut connection).await, before);
    let all = labels(&mut mallory.admin, "app", "mood").await;
    assert_eq!(all, ["Sad", "Ok", "Old", "Later", "Last"]);
}

/// Until somebody waits for a lock on this table, which must come.
async fn somebody_waits_for(connection: &mut PgConnection, table: &str) {
    let sql =
        "SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT granted AND relation = $1::regclass";
    for _ in 0..3000 {
        let waiting: i64 =
            sqlx::query_scalar(sql).bind(table).fetch_one(&mut *connection).await.unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits for {table}");
}
