//! `cargo pg-enum dry-run --on-target`: what runs, what fails, and that nothing stays.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::Folder;
use crate::harness::{labels, run, tests, types};

tests![
    rolled_back,
    nothing_pending,
    a_statement_fails,
    a_statement_fails_within,
    characters_are_no_bytes,
    differs,
    no_transaction,
    irreversible,
    a_label_is_used,
    locked,
    too_slow,
    in_json,
    of_a_stranger,
    read_only,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");

async fn begin(database: &Database, files: &[(&str, &str)]) -> (PgConnection, Folder) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(files);
    folder.migrate(&mut connection).await.expect("to go up");
    (connection, folder)
}

async fn rolled_back(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_more.sql", "CREATE TABLE t ();\nCREATE TYPE size AS ENUM ();\nDROP TYPE size;");
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and everything is rolled back
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
    "#]]);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "happy"]);
    assert_eq!(types(&mut connection, "public", "t").await, 0);
    folder.migrate(&mut connection).await.expect("to go up");
}

async fn nothing_pending(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Clean
        nothing is pending
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
    "#]]);
}

async fn a_statement_fails(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_more.sql", "SELECT 1;\n\nALTER TABLE nowhere\n  ADD COLUMN a int;\nSELECT 2;");
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 3 fails: relation "nowhere" does not exist
         --> migrations/3_more.sql:3:1
          |
        3 | ALTER TABLE nowhere
          | ^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42P01
    "#]]);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "happy"]);
}

/// The server says where.
async fn a_statement_fails_within(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_more.sql", "SELECT 1;\nSELECT 'sad'::mood,\n  'bad'::mood;");
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 2 fails: invalid input value for enum mood: "bad"
         --> migrations/2_more.sql:3:3
          |
        3 |   'bad'::mood;
          |   ^
          |
          = note: SQLSTATE 22P02
    "#]]);
}

async fn characters_are_no_bytes(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_more.sql", "SELECT 'ééé🦀', nothing;");
    let said = folder.run(&database, &["dry-run", "--on-target"]);
    assert!(said.err.contains("migrations/2_more.sql:1:16"), "{}", said.err);
}

async fn differs(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'by hand'").await;
    folder.write(ADD.0, ADD.1);
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[differs]: public.mood differs from the migrations at the end: it also has 'by hand'
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: expected by the migrations: 'sad', 'ok', 'happy'
          = note: in the database: 'sad', 'ok', 'happy', 'by hand'
          = help: run `cargo pg-enum preflight` to compare the state before the migrations
    "#]]);
}

async fn no_transaction(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, &format!("-- no-transaction\n{}", ADD.1));
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: 2_add.sql runs without a transaction, so it cannot be rolled back
         --> migrations/2_add.sql:1:1
          |
        1 | -- no-transaction
          | ^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        nothing was run
    "#]]);
}

async fn irreversible(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write(
        "2_many.sql",
        "BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nVACUUM t;\nCOMMIT;\n\
         COPY t FROM stdin;\n\\.\nROLLBACK TO SAVEPOINT a;\n\\set x 1\nALTER SYSTEM SET a = 1;",
    );
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: this does not run on the target: it begins or ends a transaction, so earlier statements could not be rolled back
         --> migrations/2_many.sql:1:1
          |
        1 | BEGIN;
          | ^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: this does not run on the target: it cannot run in a transaction
         --> migrations/2_many.sql:2:1
          |
        2 | CREATE INDEX CONCURRENTLY i ON t (a);
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: this does not run on the target: it cannot run in a transaction
         --> migrations/2_many.sql:3:1
          |
        3 | VACUUM t;
          | ^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: this does not run on the target: it begins or ends a transaction, so earlier statements could not be rolled back
         --> migrations/2_many.sql:4:1
          |
        4 | COMMIT;
          | ^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: this cannot run in a dry run: its data follows it, which only psql can send
         --> migrations/2_many.sql:5:1
          |
        5 | COPY t FROM stdin;
          | ^^^^^^^^^^^^^^^^^
        error[not-rehearsed]: this does not run on the target: it begins or ends a transaction, so earlier statements could not be rolled back
         --> migrations/2_many.sql:7:1
          |
        7 | ROLLBACK TO SAVEPOINT a;
          | ^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: this cannot run in a dry run: it is a psql command
         --> migrations/2_many.sql:8:1
          |
        8 | \set x 1
          | ^^^^^^^^
        error[not-rehearsed]: this does not run on the target: it cannot run in a transaction
         --> migrations/2_many.sql:9:1
          |
        9 | ALTER SYSTEM SET a = 1;
          | ^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        nothing was run
    "#]]);
}

/// Of one transaction, though the tool has two.
async fn a_label_is_used(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_use.sql", "SELECT 'ok'::mood;");
    folder.run(&database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 3 fails: unsafe use of new value "ok" of enum type mood
         --> migrations/3_use.sql:1:8
          |
        1 | SELECT 'ok'::mood;
          |        ^
          |
          = note: SQLSTATE 55P04
          = note: hint: New enum values must be committed before they can be used.
          = help: use the label in a later migration (with --on-target this also fails, because all migrations run in one transaction)
    "#]]);
}

async fn locked(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "BEGIN; ALTER TYPE mood RENAME VALUE 'sad' TO 'low'").await;
    folder.write(ADD.0, ADD.1);
    folder.run(&database, &["dry-run", "--on-target", "--lock-timeout", "1"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 2 fails: canceling statement due to lock timeout
         --> migrations/2_add.sql:1:1
          |
        1 | ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 55P03
          = help: another session holds a lock that this needs: run `cargo pg-enum preflight`
    "#]]);
}

async fn too_slow(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_slow.sql", "SELECT pg_sleep(60);");
    folder.run(&database, &["dry-run", "--on-target", "--statement-timeout", "1"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 2 fails: canceling statement due to statement timeout
         --> migrations/2_slow.sql:1:1
          |
        1 | SELECT pg_sleep(60);
          | ^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 57014
          = help: increase --statement-timeout
    "#]]);
}

async fn in_json(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_more.sql", "SELECT nothing;");
    let said = folder.run(&database, &["dry-run", "--on-target", "--format", "json"]);
    expect![[r#"
        [
          {
            "code": "failed",
            "severity": "error",
            "message": "migration 2 fails: column \"nothing\" does not exist",
            "type": null,
            "file": "migrations/2_more.sql",
            "line": 1,
            "column": 8,
            "end_line": 1,
            "end_column": 15,
            "label": null,
            "related": [],
            "notes": [
              "SQLSTATE 42703"
            ],
            "help": null
          }
        ]
    "#]]
    .assert_eq(&said.out);
}

async fn of_a_stranger(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    let stranger = super::privileges::Stranger::new(&database, &mut connection).await;
    folder.write(ADD.0, ADD.1);
    let said = folder.run_at("sqlx", &stranger.url, &["dry-run", "--on-target", "--at", "1"]);
    stranger.said(said, &database).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[failed]: migration 2 fails: must be owner of type mood
         --> migrations/2_add.sql:1:1
          |
        1 | ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42501
    "#]]);
    stranger.drop(&mut connection).await;
}

async fn read_only(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await;
    let said = folder.run(&database, &["dry-run", "--on-target"]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
    assert!(said.err.contains("are read-only"), "{}", said.err);
}
