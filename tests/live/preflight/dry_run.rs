//! `cargo pg-enum dry-run --throwaway`: what runs, what fails, and that nothing stays.

use std::time::Duration;

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::Folder;
use crate::harness::{tests, types};

tests![
    throwaway,
    throwaway_fails,
    throwaway_without_transaction,
    throwaway_uses_a_label,
    throwaway_of_drizzle,
    throwaway_is_not_allowed,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");

/// That no database is left, once the dry runs of other tests have ended.
async fn nothing_is_left(connection: &mut PgConnection) {
    for _ in 0..300 {
        let left: Vec<String> = sqlx::query_scalar(
            "SELECT datname::text FROM pg_database WHERE datname LIKE 'pg\\_enum\\_dry\\_run\\_%'",
        )
        .fetch_all(&mut *connection)
        .await
        .expect("names");
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a database is left");
}

async fn throwaway(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ADD]);
    folder.run(&database, &["dry-run", "--throwaway"]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums are what they say, and the database is dropped
    "#]]);
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
    nothing_is_left(&mut connection).await;
}

async fn throwaway_fails(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ADD, ("3_more.sql", "SELECT 1;\nDROP TYPE nothing;")]);
    folder.run(&database, &["dry-run", "--throwaway"]).check(&expect![[r#"
        Findings
        error[failed]: migration 3 fails: type "nothing" does not exist
         --> migrations/3_more.sql:2:1
          |
        2 | DROP TYPE nothing;
          | ^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42704
    "#]]);
    nothing_is_left(&mut connection).await;
}

async fn throwaway_without_transaction(database: Database) {
    let table = ("2_t.sql", "CREATE TABLE t (a int);");
    let index = ("3_i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);");
    let folder = Folder::new(&[MOOD, table, index]);
    let said = folder.run(&database, &["dry-run", "--throwaway"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    // As one string, of which the server says where it fails.
    folder.write(index.0, "-- no-transaction\nSELECT 1;\nSELECT nothing;");
    folder.run(&database, &["dry-run", "--throwaway"]).check(&expect![[r#"
        Findings
        error[failed]: migration 3 fails: column "nothing" does not exist
         --> migrations/3_i.sql:3:8
          |
        3 | SELECT nothing;
          |        ^^^^^^^
          |
          = note: SQLSTATE 42703
    "#]]);
}

async fn throwaway_uses_a_label(database: Database) {
    let folder = Folder::new(&[MOOD, ADD, ("3_use.sql", "SELECT 'ok'::mood;")]);
    let said = folder.run(&database, &["dry-run", "--throwaway"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

/// All of it is one transaction.
async fn throwaway_of_drizzle(database: Database) {
    let journal = r#"{"entries": [{"idx": 0, "when": 1, "tag": "0000_a", "breakpoints": true},
        {"idx": 1, "when": 2, "tag": "0001_b", "breakpoints": true}]}"#;
    let folder = Folder::new(&[
        ("0000_a.sql", "CREATE TYPE mood AS ENUM ('sad');"),
        ("0001_b.sql", "COMMIT;\nALTER TYPE mood ADD VALUE 'ok';\nBEGIN;"),
        ("meta/_journal.json", journal),
    ]);
    let said = folder.run_as("drizzle", &database, &["dry-run", "--throwaway"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn throwaway_is_not_allowed(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let stranger = super::privileges::Stranger::new(&database, &mut connection).await;
    let folder = Folder::new(&[MOOD]);
    let said = folder.run_at("sqlx", &stranger.url, &["dry-run", "--throwaway"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: cannot create a database: permission denied to create database [42501]
        help: connect as a user that may (CREATEDB), or leave --throwaway away
    "#]]);
    stranger.drop(&mut connection).await;
}
