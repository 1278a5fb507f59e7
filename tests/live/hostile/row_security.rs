//! Row security, which hides rows, and whose policies run as whoever reads.

use cargo_pg_enum::Status;
use pg_enum::live::Policy;
use pg_enum::set;
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};

use super::{LATER, Mallory, Mood, everything};
use crate::harness::{run, tests};

tests![
    of_the_history,
    of_the_history_by_force,
    of_the_history_with_a_policy,
    of_the_history_when_it_is_off,
    of_rows,
    of_rows_by_force,
    of_rows_with_a_policy,
    of_a_partition,
    of_one_table_of_two,
    of_a_superuser,
];

/// An ordinary role that may read everything, as far as privileges go.
struct Weak {
    name: String,
    url: String,
}

impl Weak {
    async fn new(mallory: &mut Mallory) -> Self {
        let name = format!("weak_of_{}", mallory.database.name());
        let sql = format!(
            "CREATE ROLE {name} LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA app TO {name};
            GRANT SELECT ON ALL TABLES IN SCHEMA app, public TO {name};
            GRANT INSERT ON _sqlx_migrations TO {name}"
        );
        run(&mut mallory.admin, &sql).await;
        let (scheme, rest) = mallory.database.url().split_once("://").unwrap();
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let url = format!("{scheme}://{name}:secret@{rest}");
        Self { name, url }
    }

    async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.unwrap()
    }

    async fn goes(self, mallory: &mut Mallory) {
        let name = self.name;
        run(&mut mallory.admin, &format!("DROP OWNED BY {name}; DROP ROLE {name}")).await;
    }
}

const POLICY: &str = "CREATE FUNCTION trap.shows() RETURNS bool LANGUAGE plpgsql AS
      $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;";

/// What is applied cannot be told, and nothing says that it is nothing.
async fn history_is_hidden(database: Database, sql: &str) {
    let mut mallory = Mallory::new(database).await;
    let weak = Weak::new(&mut mallory).await;
    mallory.lays(POLICY).await;
    mallory.lays(sql).await;
    mallory.folder.write(LATER.0, LATER.1);
    mallory.lays(LATER.1).await;
    let said = mallory.folder.run_at("sqlx", &weak.url, &["preflight"]);
    assert!(said.has("warning", "history-hidden"), "{}", said.err);
    assert!(
        said.err.contains("row security may hide rows of public._sqlx_migrations"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("stamp"), "{}", said.err);
    for words in [&["stamp", "2"], &["stamp", "1"]] {
        let said = mallory.folder.run_at("sqlx", &weak.url, words);
        assert_eq!(said.status, Status::Failed);
        assert!(said.err.contains("row security may hide rows of"), "{}", said.err);
    }
    // A superuser sees all of them.
    assert!(mallory.command(&["preflight"]).out.contains("1 of 2 migrations applied"));
    weak.goes(&mut mallory).await;
    mallory.goes().await;
}

async fn of_the_history(database: Database) {
    history_is_hidden(database, "ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY").await;
}

async fn of_the_history_by_force(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY";
    history_is_hidden(database, sql).await;
}

async fn of_the_history_with_a_policy(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON _sqlx_migrations USING (trap.shows()) WITH CHECK (trap.shows())";
    history_is_hidden(database, sql).await;
}

async fn of_the_history_when_it_is_off(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY;
        ALTER DATABASE <database> SET row_security = off";
    history_is_hidden(database, sql).await;
}

/// Whether rows hold a label is not known, and that is no agreement.
async fn rows_are_hidden(database: Database, sql: &str, shown: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(POLICY).await;
    mallory.lays(sql).await;
    let weak = Weak::new(&mut mallory).await;
    let mut connection = weak.connect().await;
    let policy = Policy::new().extra_labels(pg_enum::live::ExtraLabels::Allowed).rows(true);
    let error = set![Mood].verify_with(&policy, &mut connection).await.unwrap_err().to_string();
    let shown = shown.replace("<weak>", &weak.name);
    assert!(error.contains(&shown), "{error}");
    connection.close().await.unwrap();
    weak.goes(&mut mallory).await;
    mallory.goes().await;
}

const BOTH: &str = "<weak> cannot see whether rows contain it: app.t.mood (row security may hide rows), \
    app.t.moods[] (row security may hide rows) (";

async fn of_rows(database: Database) {
    rows_are_hidden(database, "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY", BOTH).await;
}

async fn of_rows_by_force(database: Database) {
    let sql = "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY";
    rows_are_hidden(database, sql, BOTH).await;
}

async fn of_rows_with_a_policy(database: Database) {
    let sql = "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON app.t USING (trap.shows())";
    rows_are_hidden(database, sql, BOTH).await;
}

async fn of_a_partition(database: Database) {
    let sql = "DROP TABLE app.t; CREATE TABLE app.parted (mood app.mood) PARTITION BY LIST (mood);
        CREATE TABLE app.part PARTITION OF app.parted DEFAULT;
        ALTER TABLE app.part ENABLE ROW LEVEL SECURITY";
    let shown = "rows contain it: app.part.mood (row security may hide rows) (";
    rows_are_hidden(database, sql, shown).await;
}

async fn of_one_table_of_two(database: Database) {
    let sql = "CREATE TABLE app.seen AS SELECT mood FROM app.t;
        ALTER TABLE app.t ENABLE ROW LEVEL SECURITY";
    rows_are_hidden(database, sql, "rows contain it: app.seen.mood (").await;
}

async fn of_a_superuser(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(POLICY).await;
    mallory
        .lays(
            "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE _sqlx_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY p ON app.t USING (trap.shows());
            CREATE POLICY p ON _sqlx_migrations USING (trap.shows()) WITH CHECK (trap.shows())",
        )
        .await;
    everything(&mut mallory).await;
    mallory.goes().await;
}
