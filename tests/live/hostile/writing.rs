//! `stamp` adds a row to a tool's table: nothing runs on the way that the tool does not make.

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;

use super::{LATER, Mallory};
use crate::harness::{run, tests};

tests![
    a_trigger,
    a_deferred_trigger,
    a_default,
    a_default_elsewhere,
    a_default_that_runs_a_query,
    a_default_of_a_domain,
    a_check_that_runs_a_query,
    a_generated_column,
    a_check,
    an_index,
    a_domain,
    a_foreign_key,
    what_the_tool_makes,
];

/// Nothing is written, and what would have run is named; once it is gone, all is well.
async fn is_refused(database: Database, sql: &str, what: &str, undo: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.folder.write(LATER.0, LATER.1);
    mallory.lays(LATER.1).await;
    mallory.lays(sql).await;
    let said = mallory.command(&["stamp", "2"]);
    assert_eq!(said.status, Status::Failed, "{}", said.out);
    let text = format!(
        "nothing is written to public._sqlx_migrations, because that would run code that the tool does not create: {what}\n"
    );
    assert!(said.err.contains(&text), "{}", said.err);
    mallory.lays(undo).await;
    let said = mallory.command(&["stamp", "2"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    mallory.goes().await;
}

async fn a_trigger(database: Database) {
    let sql = "CREATE TRIGGER t AFTER INSERT ON _sqlx_migrations FOR EACH ROW EXECUTE FUNCTION trap.row()";
    let undo = "DROP TRIGGER t ON _sqlx_migrations";
    is_refused(database, sql, "trigger t on table public._sqlx_migrations", undo).await;
}

/// It fires at the commit.
async fn a_deferred_trigger(database: Database) {
    let sql = "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON _sqlx_migrations
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trap.row()";
    let undo = "DROP TRIGGER t ON _sqlx_migrations";
    is_refused(database, sql, "trigger t on table public._sqlx_migrations", undo).await;
}

async fn a_default(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD n int DEFAULT trap.one(1)";
    let undo = "ALTER TABLE _sqlx_migrations ALTER n DROP DEFAULT";
    let what = "default value for column n of table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

/// An operator is a function as well.
async fn a_default_elsewhere(database: Database) {
    let sql = "CREATE FUNCTION trap.plus(int, int) RETURNS int LANGUAGE plpgsql AS
          $trap$ BEGIN PERFORM trap.spring(); RETURN $1; END $trap$;
        CREATE OPERATOR trap.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = trap.plus);
        ALTER TABLE _sqlx_migrations ADD n int DEFAULT 1 OPERATOR(trap.+) 1";
    let undo = "ALTER TABLE _sqlx_migrations DROP n";
    let what = "default value for column n of table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

/// No function in it is anybody's, and it runs one all the same.
async fn a_default_that_runs_a_query(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD n text;
        ALTER TABLE _sqlx_migrations ALTER n
          SET DEFAULT query_to_xml('SELECT trap.spring()', true, true, '')::text";
    let undo = "ALTER TABLE _sqlx_migrations ALTER n DROP DEFAULT";
    let what = "default value for column n of table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

async fn a_default_of_a_domain(database: Database) {
    let sql = "CREATE FUNCTION trap.ok(text) RETURNS bool LANGUAGE plpgsql AS
          $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
        CREATE DOMAIN note AS text CHECK (trap.ok(VALUE));
        ALTER TABLE _sqlx_migrations ADD n text;
        ALTER TABLE _sqlx_migrations ALTER n SET DEFAULT 'x'::note::text";
    let undo = "ALTER TABLE _sqlx_migrations ALTER n DROP DEFAULT";
    let what = "default value for column n of table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

async fn a_check_that_runs_a_query(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD CONSTRAINT c
        CHECK (query_to_xml('SELECT trap.spring()', true, true, '') IS NOT NULL)";
    let undo = "ALTER TABLE _sqlx_migrations DROP CONSTRAINT c";
    let what = "constraint c on table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

async fn a_generated_column(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD n int GENERATED ALWAYS AS (trap.one(1)) STORED";
    let undo = "ALTER TABLE _sqlx_migrations DROP n";
    let what = "default value for column n of table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

async fn a_check(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD CONSTRAINT c CHECK (trap.yes())";
    let undo = "ALTER TABLE _sqlx_migrations DROP CONSTRAINT c";
    let what = "constraint c on table public._sqlx_migrations";
    is_refused(database, sql, what, undo).await;
}

async fn an_index(database: Database) {
    let sql = "CREATE INDEX i ON _sqlx_migrations ((trap.one(execution_time::int)));
        CREATE INDEX j ON _sqlx_migrations (version) WHERE trap.yes()";
    let what = "index public.i, index public.j";
    is_refused(database, sql, what, "DROP INDEX i, j").await;
}

async fn a_domain(database: Database) {
    let sql = "CREATE FUNCTION trap.ok(text) RETURNS bool LANGUAGE plpgsql AS
          $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
        CREATE DOMAIN note AS text CHECK (trap.ok(VALUE));
        ALTER TABLE _sqlx_migrations ALTER description TYPE note";
    let what = "column description of table public._sqlx_migrations of the type public.note";
    is_refused(database, sql, what, "ALTER TABLE _sqlx_migrations ALTER description TYPE text")
        .await;
}

async fn a_foreign_key(database: Database) {
    let sql = "CREATE TABLE known (version bigint PRIMARY KEY); INSERT INTO known VALUES (1), (2);
        ALTER TABLE _sqlx_migrations ADD CONSTRAINT k FOREIGN KEY (version) REFERENCES known";
    let undo = "ALTER TABLE _sqlx_migrations DROP CONSTRAINT k";
    is_refused(database, sql, "constraint k on table public._sqlx_migrations", undo).await;
}

/// Defaults, sequences, identity and indexes of the tools' own.
async fn what_the_tool_makes(database: Database) {
    let mut mallory = Mallory::new(database).await;
    run(
        &mut mallory.admin,
        "CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
           version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());
         INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true);
         CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
           run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
         CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50),
           description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL,
           checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT now(),
           execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL);
         CREATE INDEX ON flyway_schema_history (success);
         CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
           finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
           started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)",
    )
    .await;
    let sql = "CREATE TYPE app.made AS ENUM ('a');";
    mallory.lays(sql).await;
    for (tool, name, text, version) in [
        ("goose", "2_made.sql", format!("-- +goose Up\n{sql}\n"), "2"),
        ("diesel", "2024-01-01-000000_made/up.sql", sql.to_owned(), "20240101000000"),
        ("flyway", "V2__made.sql", sql.to_owned(), "2"),
        ("prisma", "2_made/migration.sql", sql.to_owned(), "2_made"),
    ] {
        let folder = crate::preflight::Folder::new(&[(name, &text)]);
        let said = folder.run_as(tool, &mallory.database, &["stamp", version]);
        assert_eq!(said.status, Status::Clean, "{tool}: {}", said.err);
        let said = folder.run_as(tool, &mallory.database, &["preflight"]);
        assert!(said.out.contains("1 of 1 migration applied"), "{tool}: {}{}", said.out, said.err);
    }
    mallory.goes().await;
}
