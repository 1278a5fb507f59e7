//! What cannot be done in the transaction of a migration. The server is asked each time whether it is so.

use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::Folder;
use crate::harness::{run, tests, try_run};

tests![
    a_label_used_in_the_migration_that_adds_it,
    a_label_of_a_type_of_the_same_migration,
    drizzle_has_one_transaction_for_all,
    placeholders_of_flyway_are_notes,
    a_text_that_may_be_a_label_is_a_note,
    statements_that_want_no_transaction,
    every_statement_is_as_the_server_says,
];

const MOOD: (&str, &str) =
    ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE t (n int, m mood, x text);");

async fn connect(database: &Database) -> PgConnection {
    database.connect().await.expect("a connection")
}

/// What the server says of a script in one transaction.
async fn code_in_transaction(connection: &mut PgConnection, sql: &str) -> Option<String> {
    run(connection, "BEGIN").await;
    let mut code = None;
    for statement in sql.split(";\n") {
        if let Err(error) = try_run(connection, statement).await {
            let error = error.as_database_error().expect("an error of the server's").code();
            code = error.map(std::borrow::Cow::into_owned);
            break;
        }
    }
    run(connection, "ROLLBACK").await;
    code
}

async fn a_label_used_in_the_migration_that_adds_it(database: Database) {
    let mut connection = connect(&database).await;
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    for used in [
        "INSERT INTO t (m) VALUES ('great')",
        "UPDATE t SET m = 'great' WHERE m = 'sad'",
        "ALTER TABLE t ALTER COLUMN m SET DEFAULT 'great'",
        "ALTER TABLE t ADD CONSTRAINT great CHECK (m IN ('sad', 'great'))",
        "CREATE INDEX ON t (n) WHERE m = 'great'",
        "SELECT ARRAY['great']::mood[]",
        "CREATE VIEW v AS SELECT 'great'::mood AS m",
    ] {
        let sql = format!("ALTER TYPE mood ADD VALUE 'great';\n{used}");
        assert_eq!(code_in_transaction(&mut connection, &sql).await.as_deref(), Some("55P04"));
        folder.write("2_great.sql", &sql);
        let said = folder.run(&database, &["preflight"]);
        assert!(said.has("error", "refused"), "{used}\n{}", said.err);
        assert!(said.err.contains("2_great.sql:2:") && said.err.contains("55P04"), "{}", said.err);
        // Apart they can run.
        folder.write("2_great.sql", "ALTER TYPE mood ADD VALUE 'great';");
        folder.write("3_use.sql", used);
        let said = folder.run(&database, &["preflight"]);
        assert!(said.err.contains("no problems found"), "{used}\n{}", said.err);
        folder.write("3_use.sql", "SELECT 1");
    }
    folder.write(
        "2_great.sql",
        "ALTER TYPE mood ADD VALUE 'great';\nINSERT INTO t (m) VALUES ('great');",
    );
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 3 migrations applied, the last one 1

        pending 2_great.sql: no changes to enums
        pending 3_use.sql: no changes to enums
        error[refused]: unsafe use of new value "great" of enum type mood
         --> migrations/2_great.sql:2:27
          |
        1 | ALTER TYPE mood ADD VALUE 'great';
          |                           ------- the label is added here
        2 | INSERT INTO t (m) VALUES ('great');
          |                           ^^^^^^^
          |
          = note: SQLSTATE 55P04
          = help: use new labels in a later migration
    "#]]);
}

async fn a_label_of_a_type_of_the_same_migration(database: Database) {
    let mut connection = connect(&database).await;
    let from_17 = connection.server_version_num().expect("a version") >= 170_000;
    let make = "CREATE TYPE size AS ENUM ('s')";
    let in_block = format!("DO $$ BEGIN {make}; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    for (create, is_fine) in [(make, from_17), (&*in_block, false)] {
        let sql = format!(
            "{create};\nALTER TYPE size ADD VALUE 'l';\nCREATE TABLE shirts (size size DEFAULT 'l')"
        );
        let code = code_in_transaction(&mut connection, &sql).await;
        assert_eq!(code.is_none(), is_fine, "{sql}");
        let folder = Folder::new(&[("1_size.sql", &*sql)]);
        let said = folder.run(&database, &["preflight"]);
        assert_eq!(said.has("error", "refused"), !is_fine, "{sql}\n{}", said.err);
        assert!(!said.has("note", "perhaps-used"), "{sql}\n{}", said.err);
        assert_eq!(said.err.contains("no problems found"), is_fine, "{sql}\n{}", said.err);
    }
}

async fn drizzle_has_one_transaction_for_all(database: Database) {
    let mut connection = connect(&database).await;
    let entry = |idx: u32, tag: &str| {
        format!(
            r#"{{"idx": {idx}, "version": "7", "when": {}, "tag": "{tag}", "breakpoints": true}}"#,
            1000 + idx
        )
    };
    let journal = format!(
        r#"{{"version": "7", "dialect": "postgresql", "entries": [{}, {}, {}]}}"#,
        entry(0, "0000_mood"),
        entry(1, "0001_great"),
        entry(2, "0002_use")
    );
    let folder = Folder::new(&[
        ("meta/_journal.json", &*journal),
        ("0000_mood.sql", MOOD.1),
        ("0001_great.sql", "ALTER TYPE mood ADD VALUE 'great';"),
        ("0002_use.sql", "INSERT INTO t (m) VALUES ('great');"),
    ]);
    run(&mut connection, MOOD.1).await;
    run(
        &mut connection,
        "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations
           (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
         INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('x', 1000)",
    )
    .await;
    let said = folder.run_as("drizzle", &database, &["preflight"]);
    assert!(said.has("error", "refused") && said.err.contains("55P04"), "{}", said.err);
    assert!(
        said.err.contains("drizzle runs all pending migrations in one transaction"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("later migration"), "{}", said.err);
    // Once the label has been added by an earlier run, it can.
    run(
        &mut connection,
        "ALTER TYPE mood ADD VALUE 'great';
         INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('y', 1001)",
    )
    .await;
    let said = folder.run_as("drizzle", &database, &["preflight"]);
    assert!(!said.err.contains("55P04"), "{}", said.err);
}

async fn placeholders_of_flyway_are_notes(database: Database) {
    let folder = Folder::new(&[(
        "V1__mood.sql",
        "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM ('sad');\nCREATE TABLE ${appschema}.t ();\n\
         -- ${appschema} ${flyway:user} $${x\nSELECT '${more}';",
    )]);
    let said = folder.run_as("flyway", &database, &["preflight"]);
    let named: Vec<&str> =
        said.err.lines().filter(|line| line.starts_with("note[placeholder]")).collect();
    assert_eq!(
        named,
        [
            "note[placeholder]: the value of the placeholder `${appschema}` is unknown",
            "note[placeholder]: the value of the placeholder `${x\\nSELECT '${more}` is unknown"
        ]
    );
    assert!(
        said.err.contains("V1__mood.sql:3:14") && said.err.contains("V1__mood.sql:4:33"),
        "{}",
        said.err
    );
    let said = folder.run_as("sqlx", &database, &["preflight"]);
    assert!(!said.has("note", "placeholder"), "{}", said.err);
}

async fn a_text_that_may_be_a_label_is_a_note(database: Database) {
    let mut connection = connect(&database).await;
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    for text in ["INSERT INTO t (x) SELECT 'great'", "INSERT INTO t (x) VALUES (upper('great'))"] {
        folder.write("2_great.sql", &format!("ALTER TYPE mood ADD VALUE 'great';\n{text};"));
        let said = folder.run(&database, &["preflight"]);
        assert!(
            said.has("note", "perhaps-used") && said.err.contains("2_great.sql:2:"),
            "{}",
            said.err
        );
        assert!(said.err.contains("no problems found"), "{}", said.err);
    }
    // Where the column tells that it is one, the server refuses it.
    folder.write(
        "2_great.sql",
        "ALTER TYPE mood ADD VALUE 'great';\nINSERT INTO t VALUES (1, 'great', 'x');",
    );
    let said = folder.run(&database, &["preflight"]);
    assert!(said.has("error", "refused") && said.err.contains("55P04"), "{}", said.err);
    folder.write(
        "2_great.sql",
        "INSERT INTO t (x) VALUES ('great');\nALTER TYPE mood ADD VALUE 'great';",
    );
    assert!(!folder.run(&database, &["preflight"]).has("note", "perhaps-used"));
}

async fn statements_that_want_no_transaction(database: Database) {
    let mut connection = connect(&database).await;
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("2_index.sql", "-- an index\nCREATE INDEX CONCURRENTLY t_m ON t (m);");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_index.sql: no changes to enums
        error[refused]: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
         --> migrations/2_index.sql:2:1
          |
        2 | CREATE INDEX CONCURRENTLY t_m ON t (m);
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 25001
          = help: put it alone into a migration with the first line `-- no-transaction`: sqlx sends a file as one string, and several statements in one string are a transaction
    "#]]);
    // sqlx sends a file as one string, which is a transaction if it is more than one statement.
    folder.write("2_index.sql", "-- no-transaction\nSELECT 1;\nVACUUM t;");
    assert!(folder.run(&database, &["preflight"]).has("error", "refused"));
    assert!(folder.migrate(&mut connection).await.is_err());
    folder.write("2_index.sql", "-- no-transaction\nVACUUM t;");
    assert!(!folder.run(&database, &["preflight"]).has("error", "refused"));
    folder.migrate(&mut connection).await.expect("to go up");
}

/// Whether the server refuses each with 25001 in a transaction. None of them does anything.
const STATEMENTS: &[&str] = &[
    "VACUUM",
    "VACUUM (ANALYZE) t",
    "ANALYZE t",
    "CREATE DATABASE d",
    "DROP DATABASE IF EXISTS d",
    "ALTER DATABASE postgres SET TABLESPACE pg_default",
    "ALTER DATABASE postgres SET work_mem = '4MB'",
    "CREATE TABLESPACE s LOCATION '/nowhere'",
    "DROP TABLESPACE IF EXISTS s",
    "ALTER SYSTEM SET work_mem = '4MB'",
    "CREATE INDEX CONCURRENTLY i ON t (m)",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (m)",
    "CREATE INDEX \"concurrently\" ON t (m)",
    "CREATE INDEX i ON t (m)",
    "DROP INDEX CONCURRENTLY IF EXISTS i",
    "DROP INDEX IF EXISTS i",
    "REINDEX DATABASE CURRENT",
    "REINDEX SCHEMA public",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX TABLE t",
    "CLUSTER",
    "DISCARD ALL",
    "DISCARD PLANS",
    "COMMIT PREPARED 'x'",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY mv",
    "LOCK TABLE t",
    "COMMENT ON TABLE t IS 'vacuum'",
];

async fn every_statement_is_as_the_server_says(database: Database) {
    let mut connection = connect(&database).await;
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(
        &mut connection,
        "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE UNIQUE INDEX ON mv (a)",
    )
    .await;
    for statement in STATEMENTS {
        let code = code_in_transaction(&mut connection, statement).await;
        folder.write("2_it.sql", statement);
        let said = folder.run(&database, &["preflight"]);
        // What is put together wrongly is refused for that.
        if code.as_deref() != Some("42601") {
            let is_refused = code.as_deref() == Some("25001");
            assert_eq!(
                said.has("error", "refused"),
                is_refused,
                "{statement} {code:?}\n{}",
                said.err
            );
        }
    }
}
