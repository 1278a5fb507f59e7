//! What is recorded for each tool.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::MOOD;
use crate::harness::{run, tests};
use crate::preflight::harness::Folder;

tests![refinery, flyway, prisma, other_tools, drizzle,];

async fn text(connection: &mut PgConnection, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(connection).await.expect("rows")
}

async fn refinery(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
           applied_on VARCHAR(255), checksum VARCHAR(255));
         CREATE TYPE mood AS ENUM ('sad')",
    )
    .await;
    let folder = Folder::new(&[("V1__initial.sql", "CREATE TYPE mood AS ENUM ('sad');\n")]);
    let said = folder.run_as("refinery", &database, &["stamp", "1"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    // As refinery 0.10 computes it.
    let row = "SELECT concat_ws(' ', version, name, checksum) FROM refinery_schema_history";
    assert_eq!(text(&mut connection, row).await, ["1 initial 11633519601802490539"]);
    // What refinery reads times with wants just that.
    let time = text(&mut connection, "SELECT applied_on FROM refinery_schema_history").await;
    assert!(time[0].len() == 27 && time[0].ends_with('Z') && time[0].contains('T'), "{time:?}");
    assert!(!folder.run_as("refinery", &database, &["preflight"]).has("error", "checksum"));
}

async fn flyway(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50),
           description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL,
           checksum INTEGER, installed_by VARCHAR(100) NOT NULL,
           installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL,
           success BOOLEAN NOT NULL);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[("V1_2__a_mood.sql", MOOD.1)]);
    let said = folder.run_as("flyway", &database, &["stamp", "1.2"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    let row = "SELECT concat_ws('|', installed_rank, version, description, type, script, success)
               FROM flyway_schema_history";
    assert_eq!(text(&mut connection, row).await, ["1|1.2|a mood|SQL|V1_2__a_mood.sql|t"]);
    let said = folder.run_as("flyway", &database, &["preflight"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    // It has no version to record.
    folder.write("R__again.sql", "SET lock_timeout = 0;");
    let said = folder.run_as("flyway", &database, &["stamp", "R__again"]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
}

async fn prisma(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL,
           finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,
           rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
           applied_steps_count INTEGER NOT NULL DEFAULT 0);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[("1_mood/migration.sql", MOOD.1)]);
    let said = folder.run_as("prisma", &database, &["stamp", "1_mood"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    let row = "SELECT migration_name || ' ' || (finished_at IS NOT NULL) FROM _prisma_migrations";
    assert_eq!(text(&mut connection, row).await, ["1_mood true"]);
    let said = folder.run_as("prisma", &database, &["preflight"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

/// The tools that record a version and not much else.
async fn other_tools(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    for (tool, file, before, after, table, row, version) in [
        (
            "diesel",
            "2024-01-01-000000_mood/up.sql",
            "",
            "",
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
               run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
            "SELECT version FROM __diesel_schema_migrations",
            "20240101000000",
        ),
        (
            "dbmate",
            "1_mood.sql",
            "-- migrate:up\n",
            "\n-- migrate:down\n",
            "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY)",
            "SELECT version FROM schema_migrations",
            "1",
        ),
        (
            "golang-migrate",
            "0001_mood.up.sql",
            "",
            "",
            "DROP TABLE schema_migrations;
             CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
             INSERT INTO schema_migrations VALUES (0, false)",
            "SELECT concat_ws(' ', version, dirty) FROM schema_migrations",
            "1",
        ),
        (
            "goose",
            "0001_mood.sql",
            "-- +goose Up\n",
            "",
            "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,
               is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());
             INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true)",
            "SELECT concat_ws(' ', version_id, is_applied) FROM goose_db_version WHERE version_id > 0",
            "1",
        ),
    ] {
        run(&mut connection, table).await;
        let folder = Folder::new(&[(file, &format!("{before}{}{after}", MOOD.1))]);
        let given = if tool == "diesel" || tool == "dbmate" { version } else { "0001" };
        let said = folder.run_as(tool, &database, &["stamp", given]);
        assert!(matches!(said.status, Status::Clean), "{tool}: {}", said.err);
        let rows = text(&mut connection, row).await;
        let state = match tool {
            "golang-migrate" => " f",
            "goose" => " t",
            _ => "",
        };
        assert_eq!(rows, [format!("{version}{state}")], "{tool}");
        let said = folder.run_as(tool, &database, &["stamp", given]);
        assert!(said.err.contains("already"), "{tool}: {}", said.err);
    }
}

async fn drizzle(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE SCHEMA drizzle;
         CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL,
           created_at bigint);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let journal =
        r#"{"entries": [{"idx": 0, "when": 1000, "tag": "0000_mood", "breakpoints": true}]}"#;
    let folder = Folder::new(&[("0000_mood.sql", MOOD.1), ("meta/_journal.json", journal)]);
    folder.run_as("drizzle", &database, &["stamp", "0000_mood"]).check(&expect![[r#"
        Failed
        error: a migration of drizzle cannot be stamped
        help: record it with a command of the tool
    "#]]);
}
