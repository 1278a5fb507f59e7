//! What other sessions do to the tables while a change runs, or between two runs of it.

use std::thread;
use std::time::Duration;

use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::ONLINE;
use super::command::{package, run_until};
use crate::harness::{run, tests, try_run};

tests![
    a_table_that_is_renamed,
    a_partition_that_is_detached,
    a_column_that_is_added,
    a_child_that_is_added,
    an_older_snapshot,
    every_way_to_write,
    a_trigger_that_is_fired_later,
    a_check_that_rows_violate,
    a_table_without_a_column,
    rows_that_nobody_may_see,
    tables_of_all_sorts,
];

const TYPE: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x');";

async fn started(database: &Database, sql: &str) -> PgConnection {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &format!("{TYPE} {sql}")).await;
    connection
}

fn changed(database: &Database) {
    let said = package().said(Some(database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
}

async fn rows(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .persistent(false)
        .fetch_all(connection)
        .await
        .unwrap()
}

/// Nothing of a change is left in the schema.
async fn nothing_is_left(connection: &mut PgConnection) {
    let left = "SELECT attname::text FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
          WHERE attname LIKE '%pg_enum_new' AND relkind IN ('r', 'p')
        UNION ALL SELECT typname FROM pg_type WHERE typname LIKE '%pg_enum_new'
        UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE '%pg_enum_new'
        UNION ALL SELECT relname FROM pg_class WHERE relname LIKE '%pg_enum_new'
        UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE '%pg_enum_new'
        UNION ALL SELECT conname FROM pg_constraint WHERE conname LIKE '%pg_enum_new'";
    assert_eq!(rows(connection, left).await, [""; 0]);
}

async fn a_table_that_is_renamed(database: Database) {
    for title in ["fill", "build", "add checks", "switch"] {
        let mut connection = started(
            &database,
            "CREATE TABLE app.t (id int PRIMARY KEY, m app.mood NOT NULL, UNIQUE (m, id));
             INSERT INTO app.t VALUES (1, 'x'), (2, 'ok')",
        )
        .await;
        run_until(&database, &mut connection, title).await;
        run(
            &mut connection,
            "ALTER TABLE app.t RENAME TO other; INSERT INTO app.other VALUES (3, 'x')",
        )
        .await;
        changed(&database);
        let found = rows(&mut connection, "SELECT o::text FROM app.other AS o ORDER BY id").await;
        assert_eq!(found, ["(1,sad)", "(2,fine)", "(3,sad)"], "{title}");
        nothing_is_left(&mut connection).await;
        run(&mut connection, "DROP SCHEMA app CASCADE").await;
    }
}

async fn a_partition_that_is_detached(database: Database) {
    for title in ["fill", "build", "add checks", "switch"] {
        let mut connection = started(
            &database,
            "CREATE TABLE app.t (k int, m app.mood NOT NULL DEFAULT 'ok') PARTITION BY LIST (k);
             CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1);
             CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES IN (2);
             CREATE INDEX i ON app.t (m);
             INSERT INTO app.t VALUES (1, 'x'), (2, 'ok')",
        )
        .await;
        run_until(&database, &mut connection, title).await;
        run(&mut connection, "ALTER TABLE app.t DETACH PARTITION app.t2").await;
        changed(&database);
        run(&mut connection, "INSERT INTO app.t2 (k) VALUES (3)").await;
        let found = rows(&mut connection, "SELECT t::text FROM app.t2 AS t ORDER BY k").await;
        assert_eq!(found, ["(2,fine)", "(3,fine)"], "{title}");
        let indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'app' ORDER BY 1";
        assert_eq!(
            rows(&mut connection, indexes).await,
            [
                "CREATE INDEX i ON ONLY app.t USING btree (m)",
                "CREATE INDEX t1_m_idx ON app.t1 USING btree (m)",
                "CREATE INDEX t2_m_idx ON app.t2 USING btree (m)",
            ],
            "{title}"
        );
        nothing_is_left(&mut connection).await;
        run(&mut connection, "DROP SCHEMA app CASCADE").await;
    }
}

async fn a_column_that_is_added(database: Database) {
    let mut connection =
        started(&database, "CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('x')").await;
    run_until(&database, &mut connection, "switch").await;
    // One of another type does not matter.
    run(&mut connection, "ALTER TABLE app.t ADD COLUMN a int DEFAULT 1").await;
    changed(&database);
    assert_eq!(rows(&mut connection, "SELECT t::text FROM app.t").await, ["(sad,1)"]);
    run(&mut connection, "DROP SCHEMA app CASCADE").await;

    let mut connection =
        started(&database, "CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('x')").await;
    run_until(&database, &mut connection, "switch").await;
    run(&mut connection, "ALTER TABLE app.t ADD COLUMN n app.mood DEFAULT 'ok'").await;
    // The trigger does not fill it.
    let said = package().said(Some(&database), ONLINE);
    assert!(said.contains("remove it with `cargo pg-enum online --abort`"), "{said}");
    let said = package().said(Some(&database), &["online", "--abort"]);
    assert!(said.starts_with("Clean\n"), "{said}");
    changed(&database);
    assert_eq!(rows(&mut connection, "SELECT t::text FROM app.t").await, ["(sad,fine)"]);
    nothing_is_left(&mut connection).await;
}

async fn a_child_that_is_added(database: Database) {
    let mut connection =
        started(&database, "CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('x')").await;
    run_until(&database, &mut connection, "add checks").await;
    run(
        &mut connection,
        "CREATE TABLE app.c () INHERITS (app.t); INSERT INTO app.c VALUES ('ok'), ('x')",
    )
    .await;
    changed(&database);
    let found = rows(&mut connection, "SELECT t::text FROM app.t ORDER BY 1").await;
    assert_eq!(found, ["(fine)", "(sad)", "(sad)"]);
    nothing_is_left(&mut connection).await;
}

async fn an_older_snapshot(database: Database) {
    let mut connection = started(
        &database,
        "CREATE TABLE app.t (m app.mood NOT NULL); INSERT INTO app.t VALUES ('x'), ('ok')",
    )
    .await;
    // It has not read the table yet, so it has no lock.
    run(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class")
        .await;
    let change = {
        let database = database.clone();
        thread::spawn(move || package().said(Some(&database), ONLINE))
    };
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!change.is_finished());
    let found = rows(&mut connection, "SELECT m::text FROM app.t ORDER BY 1").await;
    assert_eq!(found, ["ok", "x"]);
    run(&mut connection, "COMMIT").await;
    let said = change.join().unwrap();
    assert!(said.starts_with("Clean\n"), "{said}");
    let found = rows(&mut connection, "SELECT m::text FROM app.t ORDER BY 1").await;
    assert_eq!(found, ["fine", "sad"]);
}

async fn every_way_to_write(database: Database) {
    let writer = format!("enum_writer_{}", std::process::id());
    let mut connection = started(
        &database,
        &format!("CREATE TABLE app.k (m app.mood PRIMARY KEY); INSERT INTO app.k VALUES ('ok'), ('x');
         CREATE TABLE app.t (id int, m app.mood REFERENCES app.k ON UPDATE CASCADE ON DELETE SET NULL, w text)
           PARTITION BY LIST (id);
         CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1, 2, 3, 4, 5, 6, 7, 8);
         CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES IN (9);
         CREATE FUNCTION app.first() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN IF NEW.w = 'trigger' THEN NEW.m := 'x'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER first BEFORE INSERT OR UPDATE OF w ON app.t1 FOR EACH ROW EXECUTE FUNCTION app.first();
         CREATE ROLE {writer}; GRANT USAGE ON SCHEMA app TO {writer};
         GRANT INSERT (id, m), SELECT (id), UPDATE (m) ON app.t TO {writer}"),
    )
    .await;
    run_until(&database, &mut connection, "build").await;
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    run(
        &mut connection,
        &format!("INSERT INTO app.t VALUES (1, 'ok', 'parent'); INSERT INTO app.t1 VALUES (2, 'ok', 'partition');
         INSERT INTO app.t VALUES (3, 'ok', 'trigger'); INSERT INTO app.t VALUES (4, 'ok', 'cascade');
         SET session_replication_role = replica; INSERT INTO app.t VALUES (6, 'x', 'replica'); RESET session_replication_role;
         SET ROLE {writer}; INSERT INTO app.t VALUES (7, 'x'); UPDATE app.t SET m = 'ok' WHERE id = 7; RESET ROLE;
         UPDATE app.t SET id = 9 WHERE id = 2;
         PREPARE p AS INSERT INTO app.t VALUES ($1, 'x', 'prepared'); EXECUTE p(8)"),
    )
    .await;
    let mut copy = connection.copy_in_raw("COPY app.t (id, m, w) FROM STDIN").await.unwrap();
    copy.send("5\tx\tcopy\n".as_bytes()).await.unwrap();
    copy.finish().await.unwrap();
    if version >= 150_000 {
        run(
            &mut connection,
            "MERGE INTO app.t USING (VALUES (8), (1)) AS v (id) ON t.id = v.id
             WHEN MATCHED AND t.id = 8 THEN UPDATE SET m = 'ok' WHEN MATCHED THEN DO NOTHING",
        )
        .await;
    }
    run(&mut connection, "DELETE FROM app.k WHERE m = 'x'").await;
    run(
        &mut connection,
        "INSERT INTO app.k VALUES ('x'), ('sad'); UPDATE app.t SET m = 'x' WHERE id IN (4, 5)",
    )
    .await;
    run(
        &mut connection,
        "UPDATE app.t SET m = 'sad' WHERE m = 'x'; DELETE FROM app.k WHERE m = 'x'",
    )
    .await;
    changed(&database);
    let found = rows(&mut connection, "SELECT concat_ws(' ', id, m) FROM app.t ORDER BY id").await;
    let eight = if version >= 150_000 { "8 fine" } else { "8" };
    assert_eq!(found, ["1 fine", "3", "4 sad", "5 sad", "6", "7 fine", eight, "9 fine"]);
    nothing_is_left(&mut connection).await;
    run(&mut connection, &format!("DROP OWNED BY {writer}; DROP ROLE {writer}")).await;
}

async fn a_trigger_that_is_fired_later(database: Database) {
    let mut connection = started(
        &database,
        "CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('x');
         CREATE FUNCTION app.last() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.m := 'ok'; RETURN NEW; END $$;
         CREATE TRIGGER \"~~\" BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.last()",
    )
    .await;
    let said = package().said(Some(&database), ONLINE);
    let why = "table app.t cannot be changed online because its trigger ~~ can change rows and fires after";
    assert!(said.contains(why), "{said}");
    run(&mut connection, "ALTER TRIGGER \"~~\" ON app.t RENAME TO a").await;
    run_until(&database, &mut connection, "switch").await;
    // One that is made meanwhile cannot make wrong rows.
    run(&mut connection, "ALTER TRIGGER a ON app.t RENAME TO \"~~\"").await;
    let error = try_run(&mut connection, "INSERT INTO app.t VALUES ('x')").await.unwrap_err();
    assert!(error.to_string().contains("m_complete_pg_enum_new"), "{error}");
    let said = package().said(Some(&database), ONLINE);
    assert!(said.contains(why), "{said}");
    run(&mut connection, "DROP TRIGGER \"~~\" ON app.t; INSERT INTO app.t VALUES ('ok')").await;
    changed(&database);
    assert_eq!(
        rows(&mut connection, "SELECT m::text FROM app.t ORDER BY m").await,
        ["fine", "sad"]
    );
}

async fn a_check_that_rows_violate(database: Database) {
    let mut connection = started(
        &database,
        "CREATE TABLE app.t (id int, m app.mood); INSERT INTO app.t VALUES (1, 'x');
         ALTER TABLE app.t ADD CONSTRAINT big CHECK (id > 10) NOT VALID",
    )
    .await;
    let said = package().said(Some(&database), ONLINE);
    assert!(said.contains("violates check constraint \"big\""), "{said}");
    assert!(
        said.contains("help: correct the rows that the check refuses, or drop the check"),
        "{said}"
    );
    run(&mut connection, "ALTER TABLE app.t DROP CONSTRAINT big").await;
    changed(&database);
}

async fn a_table_without_a_column(database: Database) {
    let mut connection = started(
        &database,
        "CREATE TABLE app.t (a text, CONSTRAINT c CHECK (a::app.mood <> 'ok')); INSERT INTO app.t VALUES ('x')",
    )
    .await;
    let said = package().said(Some(&database), ONLINE);
    let why = "constraint c on table app.t cannot be changed online because its table has no column of the type";
    assert!(said.contains(why), "{said}");
    nothing_is_left(&mut connection).await;
}

async fn rows_that_nobody_may_see(database: Database) {
    let mut connection = started(
        &database,
        "CREATE TABLE app.t (id int, m app.mood); INSERT INTO app.t VALUES (1, 'x'), (2, 'ok');
         ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY p ON app.t USING (id = 1)",
    )
    .await;
    // A superuser sees them all.
    changed(&database);
    let found = rows(&mut connection, "SELECT t::text FROM app.t ORDER BY id").await;
    assert_eq!(found, ["(1,sad)", "(2,fine)"]);
}

async fn tables_of_all_sorts(database: Database) {
    let mut connection = started(
        &database,
        "CREATE UNLOGGED TABLE app.u (ms app.mood[]); INSERT INTO app.u VALUES ('{x,NULL,ok}');
         CREATE TABLE app.empty (m app.mood PRIMARY KEY);
         CREATE TABLE app.t (a int, b int, m app.mood, UNIQUE (a, m));
         INSERT INTO app.t VALUES (NULL, 1, 'x'), (NULL, 1, 'x'), (1, 1, NULL), (1, 1, NULL)",
    )
    .await;
    changed(&database);
    let found = rows(&mut connection, "SELECT ms::text FROM app.u").await;
    assert_eq!(found, ["{sad,NULL,fine}"]);
    let found = rows(&mut connection, "SELECT t::text FROM app.t ORDER BY 1").await;
    assert_eq!(found, ["(,1,sad)", "(,1,sad)", "(1,1,)", "(1,1,)"]);
    nothing_is_left(&mut connection).await;
}
