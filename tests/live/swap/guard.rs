//! A plan is carried out only where the database is what it was planned for.

use futures_util::future::{join, join_all};
use pg_enum_core::Definition;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::planned;
use crate::create::{HOSTILE, HOSTILE_FUNCTIONS};
use crate::harness::{labels, refused, run, tests, try_run, until_waiting};

tests![
    differences_are_named,
    other_labels_are_named,
    simple_changes_compare_what_is_direct,
    the_guard_of_a_small_change_is_short,
    sixteen_sessions_run_it_at_once,
    a_label_of_the_same_transaction_is_seen,
    a_label_of_the_same_transaction_is_removed,
    a_change_of_labels_is_waited_for,
    labels_do_not_change_while_it_runs,
    nothing_of_a_hostile_schema_runs,
    nothing_is_left_of_a_failure,
    the_language_of_messages_makes_no_difference,
];

const START: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
    CREATE TABLE app.t (id int, m app.mood DEFAULT 'a');
    CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'a'; CREATE VIEW app.w AS SELECT m FROM app.v;
    INSERT INTO app.t VALUES (1, 'a'), (2, 'c'); CREATE INDEX i ON app.t ((m = 'a')); CREATE STATISTICS app.s ON id, m FROM app.t;
    CREATE MATERIALIZED VIEW app.mv AS SELECT m FROM app.t; CREATE TABLE app.g (m app.mood, g bool GENERATED ALWAYS AS (m = 'a') STORED);
    CREATE DOMAIN app.d AS app.mood DEFAULT 'a'; CREATE TABLE app.a (m app.mood[])";

const NEW: &[&str] = &["c", "b", "a"];

async fn start(database: &Database, sql: &str) -> (PgConnection, String) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, sql).await;
    let plan = planned(&mut connection, Definition::new("mood", NEW).in_schema("app")).await;
    let sql = plan.unwrap().steps[0].up_sql().to_string();
    (connection, sql)
}

async fn differences_are_named(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    for (change, back, named) in [
        ("CREATE VIEW app.x AS SELECT 1 FROM app.w", "DROP VIEW app.x", "only here: view app.x "),
        ("CREATE TABLE app.u (m app.mood[])", "DROP TABLE app.u", "table column app.u.m"),
        (
            "CREATE OR REPLACE VIEW app.w AS SELECT m FROM app.v LIMIT 1",
            "CREATE OR REPLACE VIEW app.w AS SELECT m FROM app.v",
            "only in the plan: view app.w ",
        ),
        (
            "GRANT SELECT ON app.w TO pg_monitor",
            "REVOKE ALL ON app.w FROM pg_monitor",
            "view app.w",
        ),
        ("COMMENT ON VIEW app.w IS 'w'", "COMMENT ON VIEW app.w IS NULL", "view app.w"),
        ("COMMENT ON COLUMN app.w.m IS 'w'", "COMMENT ON COLUMN app.w.m IS NULL", "view app.w"),
        (
            "GRANT USAGE ON TYPE app.mood TO pg_monitor",
            "REVOKE ALL ON TYPE app.mood FROM pg_monitor",
            "type app.mood",
        ),
        (
            "ALTER TABLE app.t ALTER m SET DEFAULT 'b'",
            "ALTER TABLE app.t ALTER m SET DEFAULT 'a'",
            "default value for app.t.m",
        ),
        (
            "CREATE RULE r AS ON DELETE TO app.w DO INSTEAD NOTHING",
            "DROP RULE r ON app.w",
            "rule r on app.w",
        ),
        (
            "ALTER VIEW app.w OWNER TO pg_monitor",
            "ALTER VIEW app.w OWNER TO CURRENT_USER",
            "view app.w",
        ),
        ("ALTER TABLE app.t CLUSTER ON i", "ALTER TABLE app.t SET WITHOUT CLUSTER", "index app.i"),
        (
            "ALTER INDEX app.i ALTER COLUMN 1 SET STATISTICS 9",
            "ALTER INDEX app.i ALTER COLUMN 1 SET STATISTICS -1",
            "index app.i",
        ),
        (
            "ALTER MATERIALIZED VIEW app.mv ALTER COLUMN m SET STATISTICS 9",
            "ALTER MATERIALIZED VIEW app.mv ALTER COLUMN m SET STATISTICS -1",
            "materialized view app.mv",
        ),
        (
            "ALTER TABLE app.a ALTER COLUMN m SET STORAGE EXTERNAL",
            "ALTER TABLE app.a ALTER COLUMN m SET STORAGE EXTENDED",
            "table column app.a.m",
        ),
        (
            "COMMENT ON COLUMN app.g.g IS 'g'",
            "COMMENT ON COLUMN app.g.g IS NULL",
            "table column app.g.g",
        ),
        ("ALTER DOMAIN app.d SET DEFAULT 'b'", "ALTER DOMAIN app.d SET DEFAULT 'a'", "type app.d"),
    ] {
        run(&mut connection, change).await;
        let refusal = refused(&mut connection, &sql).await;
        assert_eq!(refusal.code, "55000", "{change}: {refusal:?}");
        assert!(refusal.message.contains(named), "{change}: {}", refusal.message);
        run(&mut connection, back).await;
    }
    // Where nothing differs, it runs.
    run(&mut connection, &sql).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}

async fn other_labels_are_named(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    run(&mut connection, "ALTER TYPE app.mood ADD VALUE 'd'").await;
    assert_eq!(
        refused(&mut connection, &sql).await.message,
        "enum type app.mood has the labels {a,b,c,d}, and this change is for {a,b,c}: plan it again for this database"
    );
}

async fn simple_changes_compare_what_is_direct(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
        CREATE TABLE app.t (id int, m app.mood DEFAULT 'a', ms app.mood[])";
    let (mut connection, sql) = start(&database, sql).await;
    assert!(!sql.contains("RECURSIVE"), "{sql}");
    for (change, back, named) in [
        (
            "CREATE TABLE app.u (m app.mood[])",
            "DROP TABLE app.u",
            "only here: table column app.u.m",
        ),
        (
            "ALTER TABLE app.t ALTER m SET DEFAULT 'b'",
            "ALTER TABLE app.t ALTER m SET DEFAULT 'a'",
            "only here: default value for app.t.m 'b'::app.mood",
        ),
        (
            "ALTER TABLE app.t ALTER ms SET STORAGE EXTERNAL",
            "ALTER TABLE app.t ALTER ms SET STORAGE EXTENDED",
            "only here: table column app.t.ms storage e",
        ),
        ("COMMENT ON TYPE app.mood IS 'm'", "COMMENT ON TYPE app.mood IS NULL", "the type itself"),
        ("CREATE VIEW app.x AS SELECT m FROM app.t", "DROP VIEW app.x", "view column app.x.m"),
        (
            "CREATE VIEW app.x AS SELECT 1 FROM app.t WHERE m = 'a'",
            "DROP VIEW app.x",
            "rule \"_RETURN\" on app.x",
        ),
        // The server refuses the others.
        (
            "CREATE VIEW app.x AS SELECT 1 FROM app.t WHERE m IS NULL",
            "DROP VIEW app.x",
            "used by a view or rule",
        ),
    ] {
        run(&mut connection, change).await;
        let refusal = refused(&mut connection, &sql).await;
        assert!(refusal.message.contains(named), "{change}: {}", refusal.message);
        run(&mut connection, back).await;
    }
    run(&mut connection, &sql).await;
}

/// Columns, a default, a check and indexes are compared without what only views and the like need.
async fn the_guard_of_a_small_change_is_short(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c');
        CREATE TABLE app.t (id int, m app.mood DEFAULT 'a', CONSTRAINT k CHECK (m <> 'a' OR id > 0));
        CREATE INDEX i ON app.t (id) WHERE m = 'a'; CREATE UNIQUE INDEX e ON app.t (id, (m = 'b'));
        ALTER INDEX app.e ALTER COLUMN 2 SET STATISTICS 7; COMMENT ON INDEX app.e IS 'e';
        INSERT INTO app.t VALUES (1, 'a'), (2, 'c')";
    let (mut connection, sql) = start(&database, sql).await;
    let (guard, _) = sql.split_once("\n\n  -- drop what the server cannot convert").unwrap();
    let (list, fixed) = guard.split_once("\n  ];").unwrap();
    let (head, _) = list.split_once("ARRAY[\n").unwrap();
    let lines: Vec<&str> = head.lines().chain(fixed.lines()).collect();
    assert!(lines.len() <= 42, "{} lines: {guard}", lines.len());
    for line in lines {
        assert!(line.chars().count() <= 150, "{line}");
    }
    for (change, back, named) in [
        (
            "ALTER TABLE app.t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (m <> 'a' OR id >= 1)",
            "ALTER TABLE app.t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (m <> 'a' OR id > 0)",
            "only here: table constraint k on app.t CHECK (((m <> 'a'::app.mood) OR (id >= 1)))",
        ),
        (
            "COMMENT ON CONSTRAINT k ON app.t IS 'k'",
            "COMMENT ON CONSTRAINT k ON app.t IS NULL",
            "OR (id > 0))) k",
        ),
        ("COMMENT ON INDEX app.e IS NULL", "COMMENT ON INDEX app.e IS 'e'", "index app.e "),
        (
            "ALTER INDEX app.e ALTER COLUMN 2 SET STATISTICS -1",
            "ALTER INDEX app.e ALTER COLUMN 2 SET STATISTICS 7",
            "(m = 'b'::app.mood))) e",
        ),
        ("ALTER TABLE app.t CLUSTER ON e", "ALTER TABLE app.t SET WITHOUT CLUSTER", "CLUSTER"),
        (
            "DROP INDEX app.i; CREATE INDEX i ON app.t (id DESC) WHERE m = 'a'",
            "DROP INDEX app.i; CREATE INDEX i ON app.t (id) WHERE m = 'a'",
            "USING btree (id DESC)",
        ),
        (
            "ALTER TABLE app.t ALTER m SET DEFAULT 'b'",
            "ALTER TABLE app.t ALTER m SET DEFAULT 'a'",
            "default value for app.t.m 'b'::app.mood",
        ),
        ("CREATE DOMAIN app.d AS app.mood", "DROP DOMAIN app.d", "only here: type app.d"),
        (
            "CREATE TABLE app.u (m app.mood[] DEFAULT '{a}')",
            "DROP TABLE app.u",
            "only here: default value for app.u.m",
        ),
        (
            "GRANT USAGE ON TYPE app.mood TO pg_monitor",
            "REVOKE ALL ON TYPE app.mood FROM pg_monitor",
            "only here: the type itself privileges {",
        ),
    ] {
        run(&mut connection, change).await;
        let refusal = refused(&mut connection, &sql).await;
        assert_eq!(refusal.code, "55000", "{change}: {refusal:?}");
        assert!(refusal.message.contains(named), "{change}: {}", refusal.message);
        run(&mut connection, back).await;
    }
    // Under a path, in which other objects have these names, and with other settings.
    run(&mut connection, "SET search_path = app; SET quote_all_identifiers = on").await;
    let both = [&*sql, &*sql].concat();
    run(&mut connection, &both).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
    let path = "SELECT current_setting('search_path') || current_setting('quote_all_identifiers')";
    let path: String =
        sqlx::query_scalar(path).persistent(false).fetch_one(&mut connection).await.unwrap();
    assert_eq!(path, "appon");
}

async fn sixteen_sessions_run_it_at_once(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    let before = oid(&mut connection).await;
    let run_it = async || {
        let mut connection = database.connect().await.unwrap();
        try_run(&mut connection, &sql).await
    };
    for done in join_all((0..16).map(|_| run_it())).await {
        done.unwrap();
    }
    let after = oid(&mut connection).await;
    assert_ne!(before, after);
    run(&mut connection, &sql).await;
    assert_eq!(oid(&mut connection).await, after);
}

async fn oid(connection: &mut PgConnection) -> i64 {
    let oid = "SELECT 'app.mood'::regtype::oid::int8";
    sqlx::query_scalar(oid).persistent(false).fetch_one(connection).await.unwrap()
}

async fn a_label_of_the_same_transaction_is_seen(database: Database) {
    // Without columns to compare with each label, the conversion could use it, and so can the guard.
    let arrays = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c'); CREATE TABLE app.t (ms app.mood[])";
    let (mut connection, sql) = start(&database, arrays).await;
    run(&mut connection, "BEGIN; ALTER TYPE app.mood ADD VALUE 'd'").await;
    assert!(refused(&mut connection, &sql).await.message.contains("has the labels {a,b,c,d}"));
    run(&mut connection, "ROLLBACK; BEGIN; ALTER TYPE app.mood RENAME VALUE 'c' TO 'd'").await;
    assert!(refused(&mut connection, &sql).await.message.contains("has the labels {a,b,d}"));
    run(&mut connection, "ROLLBACK; DROP SCHEMA app CASCADE").await;

    let (mut connection, sql) = start(&database, START).await;
    run(&mut connection, "BEGIN; ALTER TYPE app.mood ADD VALUE 'd'").await;
    let refusal = refused(&mut connection, &sql).await;
    assert_eq!(refusal.code, "55P04", "{refusal:?}");
    assert!(
        refusal.message.contains("new value \"d\" of enum type app.mood"),
        "{}",
        refusal.message
    );
    run(&mut connection, "ROLLBACK; BEGIN; ALTER TYPE app.mood RENAME VALUE 'c' TO 'd'").await;
    run(&mut connection, "ALTER TYPE app.mood RENAME VALUE 'd' TO 'c'").await;
    run(&mut connection, &sql).await;
    run(&mut connection, "COMMIT").await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}

/// Nothing is compared with a removed label that nothing replaces, so the transaction that has added it can remove it.
async fn a_label_of_the_same_transaction_is_removed(database: Database) {
    let table = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c'); CREATE TABLE app.t (m app.mood);";
    let later = format!("{table} ALTER TYPE app.mood ADD VALUE 'd'");
    let (mut connection, sql) = start(&database, &later).await;
    run(&mut connection, "DROP SCHEMA app CASCADE").await;
    run(&mut connection, table).await;
    run(&mut connection, "INSERT INTO app.t VALUES ('a')").await;
    run(&mut connection, "BEGIN; ALTER TYPE app.mood ADD VALUE 'd'").await;
    run(&mut connection, &sql).await;
    run(&mut connection, "COMMIT").await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}

async fn a_change_of_labels_is_waited_for(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    let mut other = database.connect().await.unwrap();
    for begin in ["", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM app.t; "] {
        let sql = format!("{begin}{sql}");
        for (change, back, found) in [
            ("ADD VALUE 'd'", "", "{a,b,c,d}"),
            ("RENAME VALUE 'a' TO 'd'", "RENAME VALUE 'd' TO 'a'", "{d,b,c}"),
            ("RENAME VALUE 'c' TO 'd'", "RENAME VALUE 'd' TO 'c'", "{a,b,d}"),
        ] {
            run(&mut other, &format!("BEGIN; ALTER TYPE app.mood {change}")).await;
            let commits = async {
                until_waiting(&database).await;
                run(&mut other, "COMMIT").await;
            };
            let (refusal, ()) = join(refused(&mut connection, &sql), commits).await;
            assert_eq!(refusal.code, "55000", "{change}: {refusal:?}");
            let named = format!("enum type app.mood has the labels {found}, ");
            assert!(refusal.message.starts_with(&named), "{change}: {}", refusal.message);
            run(&mut connection, "ROLLBACK").await;
            if back.is_empty() {
                run(&mut connection, "DROP SCHEMA app CASCADE").await;
                run(&mut connection, START).await;
            } else {
                run(&mut connection, &format!("ALTER TYPE app.mood {back}")).await;
            }
        }
    }
    // A change that does not take place is waited for as well.
    run(&mut other, "BEGIN; ALTER TYPE app.mood ADD VALUE 'd'").await;
    let gives_up = async {
        until_waiting(&database).await;
        run(&mut other, "ROLLBACK").await;
    };
    join(run(&mut connection, &sql), gives_up).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}

async fn labels_do_not_change_while_it_runs(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    let mut other = database.connect().await.unwrap();
    run(&mut other, "SET lock_timeout = '20ms'").await;
    // From before the tables are converted.
    let (guard, rest) = sql.split_once("-- drop what the server cannot convert").unwrap();
    let paused = format!("{guard}PERFORM pg_sleep(1);\n  --{rest}");
    let changes = async {
        run(&mut other, "SELECT pg_sleep(0.3)").await;
        for change in ["ADD VALUE 'd'", "RENAME VALUE 'a' TO 'd'"] {
            let sql = format!("ALTER TYPE app.mood {change}");
            assert_eq!(refused(&mut other, &sql).await.code, "55P03", "{change}");
        }
    };
    join(run(&mut connection, &paused), changes).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}

async fn nothing_of_a_hostile_schema_runs(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, HOSTILE).await;
    for function in HOSTILE_FUNCTIONS {
        let create = format!(
            "CREATE FUNCTION hostile.{function} RETURNS pg_catalog.text LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'trapped by {function}'; END $$"
        );
        run(&mut connection, &create).await;
    }
    run(&mut connection, START).await;
    run(&mut connection, "SET search_path = hostile, pg_catalog").await;
    let new = ["b", "a"];
    let removed = [pg_enum_core::Removed { label: "c", replacement: Some("b") }];
    let definition = Definition::new("mood", &new).in_schema("app").with_removed(&removed);
    let plan = planned(&mut connection, definition).await.unwrap();
    let sql = plan.steps[0].up_sql().to_string();
    run(&mut connection, &sql).await;
    run(&mut connection, &sql).await;
    // Neither does anything while labels exchange their names.
    let renamed = [("a", "b"), ("b", "a")];
    let renamed = renamed.map(|(label, was)| pg_enum_core::Renamed { label, was });
    let exchanged = ["a", "b"];
    let definition = Definition::new("mood", &exchanged).in_schema("app").with_renamed(&renamed);
    let plan = planned(&mut connection, definition).await.unwrap();
    let sql = plan.steps[0].up_sql().to_string();
    run(&mut connection, &sql).await;
    run(&mut connection, &sql).await;
    run(&mut connection, "RESET search_path").await;
    assert_eq!(labels(&mut connection, "app", "mood").await, exchanged);
}

async fn nothing_is_left_of_a_failure(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    // A row that appears after the plan.
    let broken = sql.replace("ANALYZE app.t;", "ANALYZE app.missing;");
    assert_eq!(refused(&mut connection, &broken).await.code, "42P01");
    assert_eq!(labels(&mut connection, "app", "mood").await, ["a", "b", "c"]);
    let path: String =
        sqlx::query_scalar("SHOW search_path").fetch_one(&mut connection).await.unwrap();
    assert!(!path.contains("pg_catalog"), "{path}");
    run(&mut connection, &sql).await;
}

/// A migration that was planned under one `lc_messages` runs under another. Servers without translations show only that the block
/// calls nothing that is translated; `LANGUAGE=de` in the environment of a server makes `C.utf8` German.
async fn the_language_of_messages_makes_no_difference(database: Database) {
    let (mut connection, sql) = start(&database, START).await;
    assert!(!sql.contains("pg_describe_object"), "{sql}");
    for locale in ["C.utf8", "C.UTF-8", "de_DE.utf8", "de_DE.UTF-8", "fr_FR.utf8", "fr_FR.UTF-8"] {
        let _ = try_run(&mut connection, &format!("SET lc_messages = '{locale}'")).await;
        let described = "SELECT pg_describe_object('pg_type'::regclass, 'app.mood'::regtype, 0)";
        let described: String = sqlx::query_scalar(described)
            .persistent(false)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        if described != "type app.mood" {
            break;
        }
    }
    run(&mut connection, &sql).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, NEW);
}
