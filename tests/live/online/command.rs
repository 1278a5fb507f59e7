//! `cargo pg-enum online` and `diff --online`.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;
use pg_enum_test_server::Database;

use super::{ONLINE, source};
use crate::harness::{labels, run, tests};
use crate::runtime::Package;

tests![
    the_phases_are_printed,
    destructive_changes_need_a_flag,
    an_interrupted_change_can_be_continued_or_removed,
    rows_without_a_mapping_are_counted,
    triggers_are_not_fired_unasked,
    a_second_run_at_once_is_refused,
    each_element_of_an_array_is_changed,
    what_else_is_left_to_migrations,
    partitions_and_keys_can_be_removed,
    a_partition_that_is_made_meanwhile,
    checks_of_retired_labels_are_dropped,
];

const START: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x');
    CREATE TABLE app.t (id int, m app.mood NOT NULL DEFAULT 'ok', ms app.mood[]);
    CREATE INDEX i ON app.t (m) WHERE m <> 'ok';
    INSERT INTO app.t SELECT g, 'x', '{x,NULL,ok}' FROM generate_series(1, 500) AS g";

const NEW: &[&str] = &["fine", "sad"];

pub(super) fn package() -> Package {
    Package::new(&source("mood", NEW, &[("ok", "fine")], &[("x", Some("sad"))], None))
}

#[expect(clippy::too_many_lines, reason = "the output is one text")]
async fn the_phases_are_printed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let said = package().said(Some(&database), &["diff", "--online", "--allow-destructive"]);
    // From 18 on, `NOT NULL` has a name.
    let named = "ADD CONSTRAINT t_m_not_null NOT NULL m;";
    expect![[r#"
        Findings
        -- 1. create type app.mood_pg_enum_new
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
        SET LOCAL lock_timeout = 2000;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL quote_all_identifiers = off;
        SET LOCAL check_function_bodies = off;
        SELECT WHERE pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0)) IS NULL;
        CREATE TYPE app.mood_pg_enum_new AS ENUM ('fine', 'sad');
        COMMIT;

        -- 2. add columns and a trigger to table app.t
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
        SET LOCAL lock_timeout = 2000;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL quote_all_identifiers = off;
        SET LOCAL check_function_bodies = off;
        SELECT WHERE pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0)) IS NULL;
        CREATE FUNCTION app.t_mood_pg_enum_new() RETURNS trigger LANGUAGE plpgsql AS $pg_enum$
        BEGIN
          NEW.m_pg_enum_new := CASE WHEN pg_catalog.enum_out(NEW.m)::pg_catalog.text OPERATOR(pg_catalog.=) 'ok' THEN 'fine' WHEN pg_catalog.enum_out(NEW.m)::pg_catalog.text OPERATOR(pg_catalog.=) 'x' THEN 'sad' ELSE pg_catalog.enum_out(NEW.m)::pg_catalog.text END;
          NEW.ms_pg_enum_new := pg_catalog.array_replace(pg_catalog.array_replace(pg_catalog.array_out(NEW.ms)::pg_catalog.text::pg_catalog.text[], 'ok', 'fine'), 'x', 'sad');
          RETURN NEW;
        END $pg_enum$;
        ALTER TABLE app.t
          ADD COLUMN m_pg_enum_new app.mood_pg_enum_new,
          ADD COLUMN ms_pg_enum_new app.mood_pg_enum_new[];
        CREATE TRIGGER "~mood_pg_enum_new" BEFORE INSERT OR UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.t_mood_pg_enum_new();
        ALTER TABLE app.t ENABLE ALWAYS TRIGGER "~mood_pg_enum_new";
        COMMIT;

        -- 3. fill the rows of table app.t
        -- again for each part of the table, in a transaction of its own:
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
        SET LOCAL lock_timeout = 2000;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL quote_all_identifiers = off;
        SET LOCAL check_function_bodies = off;
        SELECT WHERE pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0)) IS NULL;
        UPDATE ONLY app.t SET m_pg_enum_new = NULL, ms_pg_enum_new = NULL
          WHERE ctid >= '(0,0)' AND ctid < '(100,0)' AND (m_pg_enum_new IS NULL AND m IS NOT NULL OR ms_pg_enum_new IS NULL AND ms IS NOT NULL);
        COMMIT;

        -- 4. build index app.i
        CREATE INDEX CONCURRENTLY i_pg_enum_new ON app.t USING btree (m_pg_enum_new) WHERE (m_pg_enum_new <> 'fine'::app.mood_pg_enum_new);

        -- 5. add checks to table app.t
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
        SET LOCAL lock_timeout = 2000;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL quote_all_identifiers = off;
        SET LOCAL check_function_bodies = off;
        SELECT WHERE pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0)) IS NULL;
        ALTER TABLE app.t
          ADD CONSTRAINT m_complete_pg_enum_new CHECK (m_pg_enum_new IS NOT DISTINCT FROM (CASE WHEN pg_catalog.enum_out(m)::pg_catalog.text OPERATOR(pg_catalog.=) 'ok' THEN 'fine' WHEN pg_catalog.enum_out(m)::pg_catalog.text OPERATOR(pg_catalog.=) 'x' THEN 'sad' ELSE pg_catalog.enum_out(m)::pg_catalog.text END)::app.mood_pg_enum_new) NOT VALID,
          ADD CONSTRAINT m_not_null_pg_enum_new CHECK (m_pg_enum_new IS NOT NULL) NOT VALID,
          ADD CONSTRAINT ms_complete_pg_enum_new CHECK (ms_pg_enum_new IS NOT DISTINCT FROM (pg_catalog.array_replace(pg_catalog.array_replace(pg_catalog.array_out(ms)::pg_catalog.text::pg_catalog.text[], 'ok', 'fine'), 'x', 'sad'))::app.mood_pg_enum_new[]) NOT VALID;
        COMMIT;

        -- 6. validate the checks of table app.t
        ALTER TABLE app.t
          VALIDATE CONSTRAINT m_complete_pg_enum_new,
          VALIDATE CONSTRAINT m_not_null_pg_enum_new,
          VALIDATE CONSTRAINT ms_complete_pg_enum_new;

        -- 7. collect statistics of table app.t
        ANALYZE app.t (m_pg_enum_new, ms_pg_enum_new);

        -- 8. switch to the new type app.mood
        -- here it waits for transactions that see the rows as before
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
        SET LOCAL lock_timeout = 2000;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL quote_all_identifiers = off;
        SET LOCAL check_function_bodies = off;
        SELECT WHERE pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0)) IS NULL;
        LOCK TABLE app.t IN SHARE UPDATE EXCLUSIVE MODE;
        -- here the plan is compared with the database
        COMMENT ON TYPE app.mood IS NULL; -- waits for sessions that change its labels
        -- here the labels are compared
        LOCK TABLE app.t IN ACCESS EXCLUSIVE MODE;
        DROP TRIGGER "~mood_pg_enum_new" ON app.t;
        DROP FUNCTION app.t_mood_pg_enum_new();
        ALTER TABLE app.t
          DROP CONSTRAINT m_complete_pg_enum_new,
          DROP COLUMN m,
          DROP CONSTRAINT ms_complete_pg_enum_new,
          DROP COLUMN ms;
        DROP TYPE app.mood;
        ALTER TYPE app.mood_pg_enum_new RENAME TO mood;
        ALTER TABLE app.t RENAME COLUMN m_pg_enum_new TO m;
        ALTER TABLE app.t RENAME COLUMN ms_pg_enum_new TO ms;
        ALTER TABLE app.t ALTER COLUMN m SET NOT NULL;
        ALTER TABLE app.t DROP CONSTRAINT m_not_null_pg_enum_new;
        ALTER INDEX app.i_pg_enum_new RENAME TO i;
        ALTER TABLE app.t ALTER COLUMN m SET DEFAULT 'fine'::app.mood;
        COMMIT;
        ---
    "#]]
    .assert_eq(&said.replace(named, "ALTER COLUMN m SET NOT NULL;"));
    package().check(
        Some(&database),
        ONLINE,
        &expect![[r#"
        Clean
        create type app.mood_pg_enum_new
        add columns and a trigger to table app.t
        fill the rows of table app.t
        build index app.i
        add checks to table app.t
        validate the checks of table app.t
        collect statistics of table app.t
        switch to the new type app.mood
        ---
    "#]],
    );
    package().check(
        Some(&database),
        ONLINE,
        &expect![[r#"
        Clean
        no type has to be replaced
        ---
    "#]],
    );
    package().check(
        Some(&database),
        &["diff", "--online"],
        &expect![[r#"
        Clean
        no type has to be replaced
        ---
    "#]],
    );
}

async fn destructive_changes_need_a_flag(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let said = package().said(Some(&database), &["online"]);
    // Before 13, indexes are larger (release notes, deduplication).
    expect![[r#"
        Failed
        ---
        error: the change removes labels
          replace type app.mood without 'x'
            locks: ACCESS EXCLUSIVE on table app.t, type app.mood
            rewrites: table app.t (88 kB, number of rows unknown without ANALYZE)
            loses: 'x', replaced by 'sad' (500 rows in column m of table app.t, 500 rows in column ms of table
              app.t)
            clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
              connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
            waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
              quieter time
        help: see the SQL with `cargo pg-enum diff --online --allow-destructive`, and add --allow-destructive
    "#]]
    .assert_eq(&said.replace("(104 kB", "(88 kB"));
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok", "x"]);
}

/// The objects of an online change.
async fn made(connection: &mut sqlx::PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT concat('column ', attname) FROM pg_attribute WHERE attrelid = 'app.t'::regclass AND attname LIKE '%pg_enum_new'
         UNION ALL SELECT concat('type ', typname) FROM pg_type WHERE typname LIKE '%pg_enum_new' AND typtype = 'e'
         UNION ALL SELECT concat('function ', proname) FROM pg_proc WHERE proname LIKE '%pg_enum_new'
         UNION ALL SELECT concat('index ', relname) FROM pg_class WHERE relname LIKE '%pg_enum_new' AND relkind = 'i'
         UNION ALL SELECT concat('trigger ', tgname) FROM pg_trigger WHERE tgname LIKE '%pg_enum_new' AND NOT tgisinternal
         UNION ALL SELECT concat('constraint ', conname) FROM pg_constraint WHERE conname LIKE '%pg_enum_new'
         ORDER BY 1",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn an_interrupted_change_can_be_continued_or_removed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    // A session that holds a lock for long stops the change before its switch.
    let mut other = database.connect().await.unwrap();
    run(&mut other, "BEGIN; CREATE VIEW app.w AS SELECT m FROM app.t").await;
    let package = package();
    let said = package.said(Some(&database), &["diff", "--online", "--allow-destructive"]);
    // The phases up to the switch, by hand.
    let (phases, _) = said.split_once("-- 6.").unwrap();
    let phases = phases.split_once('\n').unwrap().1;
    run(&mut other, "ROLLBACK").await;
    for phase in phases.split("\n\n") {
        run(&mut connection, phase).await;
    }
    assert_eq!(
        made(&mut connection).await,
        [
            "column m_pg_enum_new",
            "column ms_pg_enum_new",
            "constraint m_complete_pg_enum_new",
            "constraint m_not_null_pg_enum_new",
            "constraint ms_complete_pg_enum_new",
            "function t_mood_pg_enum_new",
            "index i_pg_enum_new",
            "trigger ~mood_pg_enum_new",
            "type mood_pg_enum_new",
        ]
    );
    // Other labels than those that it was begun with.
    let others = ["sad", "good"];
    let changed =
        Package::new(&source("mood", &others, &[("ok", "good")], &[("x", Some("sad"))], None));
    changed.check(Some(&database), ONLINE, &expect![[r#"
        Findings
        ---
        error[dependent]: type app.mood_pg_enum_new is from an online change that was interrupted, and does not fit this one: remove it with `cargo pg-enum online --abort`
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app", removed("x" => V0))]
          |                  ^^^^^^

        error[dependent]: column m_pg_enum_new of table app.t is from an online change that was interrupted, and does not fit this one: remove it with `cargo pg-enum online --abort`
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app", removed("x" => V0))]
          |                  ^^^^^^

        error[dependent]: column ms_pg_enum_new of table app.t is from an online change that was interrupted, and does not fit this one: remove it with `cargo pg-enum online --abort`
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app", removed("x" => V0))]
          |                  ^^^^^^

        error[dependent]: trigger "~mood_pg_enum_new" on table app.t is from an online change that was interrupted, and does not fit this one: remove it with `cargo pg-enum online --abort`
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app", removed("x" => V0))]
          |                  ^^^^^^

        4 problems in 1 enum
    "#]]);
    package.check(
        Some(&database),
        &["online", "--abort"],
        &expect![[r#"
        Clean
        remove the new columns of table app.t
        drop type app.mood_pg_enum_new
        ---
    "#]],
    );
    assert_eq!(made(&mut connection).await, [""; 0]);
    package.check(
        Some(&database),
        &["online", "--abort"],
        &expect![[r#"
        Clean
        no online change has left objects
        ---
    "#]],
    );
    let said = changed.said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
    assert_eq!(labels(&mut connection, "app", "mood").await, others);
}

async fn rows_without_a_mapping_are_counted(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let without = Package::new(&source("mood", NEW, &[("ok", "fine")], &[], None));
    without.check(Some(&database), ONLINE, &expect![[r#"
        Findings
        ---
        error[dependent]: column m of table app.t holds the removed label 'x' in 500 rows, and nothing says what replaces it: add #[pg_enum(removed("x" => Variant))], or was = "x" if it was renamed
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app")]
          |                  ^^^^^^

        error[dependent]: column ms of table app.t holds the removed label 'x' in 500 rows, and nothing says what replaces it: add #[pg_enum(removed("x" => Variant))], or was = "x" if it was renamed
         --> src/lib.rs:2:18
          |
        2 | #[pg_enum(name = "mood", schema = "app")]
          |                  ^^^^^^

        2 problems in 1 enum
    "#]]);
    assert_eq!(made(&mut connection).await, [""; 0]);
    // Rows that are written while the change runs may hold it until the checks are added.
    run(&mut connection, "UPDATE app.t SET m = 'ok', ms = NULL").await;
    let said = without.said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
}

async fn triggers_are_not_fired_unasked(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    run(
        &mut connection,
        "CREATE TABLE app.fired (id int);
         CREATE FUNCTION app.fire() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN INSERT INTO app.fired VALUES (NEW.id); RETURN NEW; END $$;
         CREATE TRIGGER fire BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.fire();
         ALTER TABLE app.t ENABLE ALWAYS TRIGGER fire",
    )
    .await;
    let refused = package().said(Some(&database), ONLINE);
    assert!(
        refused
            .contains("table app.t has the trigger fire, which the update of each row would fire"),
        "{refused}"
    );
    assert_eq!(made(&mut connection).await, [""; 0]);
    // A superuser fires no trigger that replication does not fire.
    run(&mut connection, "ALTER TABLE app.t ENABLE TRIGGER fire").await;
    let said = package().said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
    let count = "SELECT count(*) FROM app.fired";
    let fired: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap();
    assert_eq!(fired, 0);
    run(&mut connection, "UPDATE app.t SET m = 'fine' WHERE id = 1").await;
    let fired: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap();
    assert_eq!(fired, 1);
}

async fn a_second_run_at_once_is_refused(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let mut other = database.connect().await.unwrap();
    let lock = pg_enum_core::plan::online::run_lock("app", "mood");
    run(&mut other, &lock).await;
    package().check(
        Some(&database),
        ONLINE,
        &expect![[r#"
        Failed
        ---
        error: another run of this command changes the type app.mood
        help: wait for its end, or stop it; then run this again
    "#]],
    );
    run(&mut other, "ROLLBACK").await;
    let said = package().said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
}

async fn each_element_of_an_array_is_changed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c', 'x', 'y');
        CREATE TABLE app.t (m app.mood, ms app.mood[]);
        INSERT INTO app.t VALUES ('b', '[2:3][1:2]={{a,b},{x,NULL}}'), ('x', '{y,c}')",
    )
    .await;
    let new = ["c", "a1", "z"];
    let was = [("b", "z"), ("a", "a1")];
    let removed = [("x", Some("c")), ("y", None)];
    let package = Package::new(&source("mood", &new, &was, &removed, None));
    let said = package.said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
    let rows: Vec<String> = sqlx::query_scalar("SELECT x::text FROM app.t AS x ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, ["(c,\"{NULL,c}\")", "(z,\"[2:3][1:2]={{a1,z},{c,NULL}}\")"]);
}

async fn what_else_is_left_to_migrations(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok')").await;
    let package = Package::new(&source("mood", &["sad", "fine", "ok"], &[], &[], None));
    package.check(Some(&database), ONLINE, &expect![[r#"
        Clean
        no type has to be replaced
        ---
        note: 1 change not carried out, because ALTER TYPE can do it without a long lock: add value 'fine' to app.mood after 'sad'
    "#]]);
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok"]);
}

const PARTITIONS: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x');
    CREATE TABLE app.k (m app.mood PRIMARY KEY); INSERT INTO app.k VALUES ('ok');
    CREATE TABLE app.t (k int, m app.mood REFERENCES app.k, n app.mood) PARTITION BY LIST (k);
    CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES IN (1);
    CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES IN (2);
    CREATE INDEX i ON app.t (n);
    INSERT INTO app.t VALUES (1, 'ok', 'x'), (2, NULL, 'ok')";

/// Runs the phases up to the first one whose title begins like this.
pub(super) async fn run_until(
    database: &Database,
    connection: &mut sqlx::PgConnection,
    title: &str,
) {
    let said = package().said(Some(database), &["diff", "--online", "--allow-destructive"]);
    for phase in said.split_once('\n').unwrap().1.split("\n\n") {
        let (_, of_phase) = phase.split_once(". ").unwrap();
        if of_phase.starts_with(title) {
            return;
        }
        run(connection, phase).await;
    }
    panic!("{title}: {said}");
}

async fn partitions_and_keys_can_be_removed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, PARTITIONS).await;
    run_until(&database, &mut connection, "switch").await;
    assert_ne!(made(&mut connection).await, [""; 0]);
    let said = package().said(Some(&database), &["online", "--abort"]);
    assert!(said.starts_with("Clean\n"), "{said}");
    assert_eq!(made(&mut connection).await, [""; 0]);
    let said = package().said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
    assert_eq!(made(&mut connection).await, [""; 0]);
}

async fn a_partition_that_is_made_meanwhile(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, PARTITIONS).await;
    run_until(&database, &mut connection, "add checks").await;
    run(
        &mut connection,
        "CREATE TABLE app.t3 PARTITION OF app.t FOR VALUES IN (3); INSERT INTO app.t VALUES (3, 'ok', 'x')",
    )
    .await;
    let said = package().said(Some(&database), ONLINE);
    assert!(said.starts_with("Clean\n"), "{said}");
    let indexes: Vec<String> = sqlx::query_scalar(
        "SELECT concat(i.indexrelid::regclass, ' ', ih.inhparent::regclass) FROM pg_index AS i
         JOIN pg_inherits AS ih ON ih.inhrelid = i.indexrelid WHERE i.indrelid = 'app.t3'::regclass",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(indexes, ["app.t3_n_idx app.i"]);
    assert_eq!(made(&mut connection).await, [""; 0]);
    let rows: Vec<String> = sqlx::query_scalar("SELECT t::text FROM app.t AS t ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, ["(1,fine,sad)", "(2,,fine)", "(3,fine,sad)"]);
}

async fn checks_of_retired_labels_are_dropped(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x');
         CREATE TABLE app.t (m app.mood, id int); INSERT INTO app.t VALUES ('ok', 1);
         ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m OPERATOR(pg_catalog.<>) 'x')",
    )
    .await;
    let package = Package::new(&source("mood", &["sad", "ok"], &[], &[], None));
    let destructive = "--allow-destructive";
    let said = package.said(Some(&database), &["diff", destructive]);
    let dropped = "drops: constraint t_m_not_x on table app.t, which has no effect without 'x'";
    assert!(said.contains(dropped), "{said}");
    let said = package.said(Some(&database), &["diff", "--format", "json", destructive]);
    assert!(said.contains("\"what\": \"constraint t_m_not_x on table app.t\""), "{said}");
    let said = package.said(Some(&database), &["diff", "--online", destructive]);
    assert!(said.contains("-- drops constraint t_m_not_x on table app.t"), "{said}");
    package.check(
        Some(&database),
        ONLINE,
        &expect![[r#"
        Clean
        create type app.mood_pg_enum_new
        add a column and a trigger to table app.t
        fill the rows of table app.t
        add checks to table app.t
        validate the checks of table app.t
        collect statistics of table app.t
        switch to the new type app.mood
        ---
        note: the switch drops constraint t_m_not_x on table app.t, which has no effect without 'x'
    "#]],
    );
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok"]);
    let checks = "SELECT count(*) FROM pg_constraint WHERE conname = 't_m_not_x'";
    let checks: i64 = sqlx::query_scalar(checks).fetch_one(&mut connection).await.unwrap();
    assert_eq!(checks, 0);
}
