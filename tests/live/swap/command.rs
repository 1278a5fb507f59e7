//! `cargo pg-enum diff`.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;
use pg_enum_test_server::Database;

use crate::harness::{labels, run, tests};
use crate::runtime::Package;

tests![
    steps_are_printed_and_can_be_run,
    destructive_steps_need_a_flag,
    obstacles_are_at_the_enum,
    for_programs,
    effects_are_those_of_the_server,
    a_migration_is_written,
    two_types_over_one_view_are_replaced,
];

const SOURCE: &str = "
#[derive(PgEnum)]
#[pg_enum(schema = \"app\", removed(\"x\" => Sad))]
pub enum Mood { Happy, Sad }
";

async fn steps_are_printed_and_can_be_run(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad', 'Happy');
        CREATE TABLE app.t (m app.mood DEFAULT 'Sad'); INSERT INTO app.t VALUES ('Happy')";
    run(&mut connection, start).await;
    let package = Package::new(SOURCE);
    let said = package.said(Some(&database), &["diff"]);
    let (effects, _) = said.split_once("DO $pg_enum$").unwrap();
    expect![[r#"
        Findings
        -- replace type app.mood
        --   locks: ACCESS EXCLUSIVE on table app.t, type app.mood
        --   rewrites: table app.t (8192 bytes, number of rows unknown without ANALYZE)
        --   loses: nothing
        --   clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
        --     connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
        --   waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
        --     quieter time
    "#]].assert_eq(effects);
    let sql = said.split_once('\n').unwrap().1.split("---\n").next().unwrap().to_owned();
    run(&mut connection, &sql).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "Sad"]);
    package.check(
        Some(&database),
        &["diff"],
        &expect![[r#"
        Clean
        nothing to do: 1 enum agrees with the database
        ---
    "#]],
    );
    // What `ALTER TYPE` can do, it does.
    Package::new("#[derive(PgEnum)] #[pg_enum(schema = \"app\")] pub enum Mood { Happy, Ok, Sad }")
        .check(
            Some(&database),
            &["diff", "--format", "json"],
            &expect![[r#"
                Findings
                [
                  {
                    "step": "add value 'Ok' to app.mood after 'Happy'",
                    "destructive": false,
                    "locks": [
                      {
                        "mode": "EXCLUSIVE",
                        "object": "type app.mood"
                      }
                    ],
                    "lock_timeout": null,
                    "rewrites": [],
                    "scans": [],
                    "updates": [],
                    "losses": [],
                    "drops": [],
                    "clients": [
                      "prepared statements go on, and programs that lack 'Ok' cannot decode rows that hold it"
                    ],
                    "sql": "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'Ok' AFTER 'Happy';\n"
                  }
                ]
                ---
            "#]],
        );
}

async fn destructive_steps_need_a_flag(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Happy', 'Sad');
        CREATE TABLE app.t (m app.mood);
        CREATE FUNCTION app.f() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN 'x' = 'Sad'; END $$";
    run(&mut connection, start).await;
    let package = Package::new(SOURCE);
    package.check(
        Some(&database),
        &["diff"],
        &expect![[r#"
            Failed
            ---
            error: the change removes labels
              replace type app.mood without 'x'
                locks: ACCESS EXCLUSIVE on table app.t, type app.mood
                rewrites: table app.t (0 bytes, number of rows unknown without ANALYZE)
                loses: 'x', replaced by 'Sad' (no rows)
                clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
                  connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
                waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
                  quieter time
            help: add --allow-destructive to see the SQL, and read it before you run it
        "#]],
    );
    let said = package.said(Some(&database), &["diff", "--allow-destructive"]);
    assert!(said.contains("WHEN 'x' THEN 'Sad'::app.mood"), "{said}");
    assert!(said.contains("note: the body of function app.f() contains 'x', which"), "{said}");
    assert!(!said.contains("contains 'Sad'"), "{said}");
    assert_eq!(labels(&mut connection, "app", "mood").await, ["x", "Happy", "Sad"]);
}

async fn obstacles_are_at_the_enum(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad', 'Happy', 'y', 'x');
        CREATE TABLE app.t (m app.mood) PARTITION BY LIST (m); CREATE TABLE app.u (m app.mood);
        INSERT INTO app.u VALUES ('y'), ('y'); CREATE VIEW app.v AS SELECT 1 FROM app.u WHERE m = 'x'";
    run(&mut connection, start).await;
    Package::new(SOURCE).check(
        Some(&database),
        &["diff", "--allow-destructive"],
        &expect![[r#"
            Findings
            ---
            error[dependent]: column m of table app.u holds the removed label 'y' in 2 rows, and nothing says what replaces it: add #[pg_enum(removed("y" => Variant))], or was = "y" if it was renamed
             --> src/lib.rs:4:10
              |
            4 | pub enum Mood { Happy, Sad }
              |          ^^^^

            error[dependent]: column m of table app.t cannot get another type because it is part of the partition key: change the table in a hand-written migration
             --> src/lib.rs:4:10
              |
            4 | pub enum Mood { Happy, Sad }
              |          ^^^^

            error[dependent]: view app.v uses 'x', which the change removes: change it in an earlier migration
             --> src/lib.rs:4:10
              |
            4 | pub enum Mood { Happy, Sad }
              |          ^^^^

            3 problems in 1 enum
        "#]],
    );
}

async fn for_programs(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Happy', 'Sad');
        CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('x'), (NULL); ANALYZE app.t";
    run(&mut connection, start).await;
    let args = ["diff", "--allow-destructive", "--format", "json"];
    let said = Package::new(SOURCE).said(Some(&database), &args);
    let (effects, _) = said.split_once("    \"sql\"").unwrap();
    expect![[r#"
        Findings
        [
          {
            "step": "replace type app.mood without 'x'",
            "destructive": true,
            "locks": [
              {
                "mode": "ACCESS EXCLUSIVE",
                "object": "table app.t"
              },
              {
                "mode": "ACCESS EXCLUSIVE",
                "object": "type app.mood"
              }
            ],
            "lock_timeout": "5s",
            "rewrites": [
              {
                "object": "table app.t",
                "partitions": 0,
                "rows": 2,
                "bytes": 8192
              }
            ],
            "scans": [],
            "updates": [],
            "losses": [
              {
                "label": "x",
                "is_replaced": true,
                "replacement": "Sad",
                "rows": [
                  {
                    "column": "column m of table app.t",
                    "rows": 1,
                    "not_counted": null
                  }
                ]
              }
            ],
            "drops": [],
            "clients": [
              "statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT"
            ],
    "#]].assert_eq(effects);
}

async fn a_migration_is_written(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let first = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Sad', 'Happy');
        CREATE TABLE app.t (m app.mood NOT NULL DEFAULT 'x');
        CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'Sad';";
    let package = Package::new(SOURCE);
    package.write("migrations/0001_start.up.sql", first);
    package.write("migrations/0001_start.down.sql", "DROP SCHEMA app CASCADE;");
    let generate = ["generate", "--tool", "sqlx", "--allow-destructive"];
    // A database without the migrations is refused, and one with others.
    let said = package.said(Some(&database), &generate);
    assert!(said.contains("the database has no type app.mood"), "{said}");
    run(&mut connection, first).await;
    run(&mut connection, "ALTER TYPE app.mood ADD VALUE 'more'").await;
    let said = package.said(Some(&database), &generate);
    assert!(said.contains("'more' in the database, and 'x', 'Sad', 'Happy' after"), "{said}");
    run(&mut connection, "DROP SCHEMA app CASCADE").await;

    run(&mut connection, first).await;
    run(&mut connection, "INSERT INTO app.t VALUES ('x'), ('Happy')").await;
    let said = package.said(Some(&database), &["generate", "--tool", "sqlx"]);
    assert!(said.contains("the change removes labels"), "{said}");
    let said = package.said(Some(&database), &generate);
    let expected = "Clean\nmigrations/0002_replace_type_app_mood_without_x.up.sql\n";
    assert!(said.starts_with(expected), "{said}");
    let up = package.read("migrations/0002_replace_type_app_mood_without_x.up.sql");
    let (header, _) = up.split_once("DO $pg_enum$").unwrap();
    expect![[r#"
        -- replace type app.mood without 'x'
        --   locks: ACCESS EXCLUSIVE on table app.t, view app.v, type app.mood
        --   rewrites: table app.t (8192 bytes, number of rows unknown without ANALYZE)
        --   loses: 'x', replaced by 'Sad' (1 row in column m of table app.t)
        --   clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
        --     connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
        --   waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
        --     quieter time
    "#]].assert_eq(header);
    run(&mut connection, &up).await;
    run(&mut connection, &up).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "Sad"]);
    let said = package.said(None, &["check", "--tool", "sqlx"]);
    assert!(said.starts_with("Clean"), "{said}");
    let said = package.said(Some(&database), &["verify"]);
    assert!(said.starts_with("Clean"), "{said}");
    let said = package.said(Some(&database), &generate);
    assert!(said.starts_with("Clean\nnothing to do"), "{said}");
}

/// Each definition in the second block is that after the first one.
async fn two_types_over_one_view_are_replaced(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let first = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Sad', 'Joyful');
        CREATE TYPE app.size AS ENUM ('Large', 'y', 'Small');
        CREATE TABLE app.t (m app.mood DEFAULT 'Joyful', s app.size, CHECK (m <> 'Joyful' OR s = 'Large'));
        CREATE VIEW app.v AS SELECT m, s FROM app.t WHERE m = 'Joyful' AND s = 'Large';";
    let source = "
#[derive(PgEnum)]
#[pg_enum(schema = \"app\", removed(\"x\" => Sad))]
pub enum Mood { #[pg_enum(was = \"Joyful\")] Happy, Sad }

#[derive(PgEnum)]
#[pg_enum(schema = \"app\", removed(\"y\" => Small))]
pub enum Size { Small, #[pg_enum(was = \"Large\")] Big }
";
    let package = Package::new(source);
    package.write("migrations/0001_start.up.sql", first);
    package.write("migrations/0001_start.down.sql", "DROP SCHEMA app CASCADE;");
    run(&mut connection, first).await;
    run(&mut connection, "INSERT INTO app.t VALUES ('x', 'y'), ('Joyful', 'Large')").await;
    let generate = ["generate", "--tool", "sqlx", "--allow-destructive"];
    let said = package.said(Some(&database), &generate);
    let file = said.lines().nth(1).unwrap().to_owned();
    assert!(said.starts_with("Clean\nmigrations/0002_"), "{said}");
    let up = package.read(&file);
    for _ in 0..2 {
        run(&mut connection, &up).await;
        assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "Sad"]);
        assert_eq!(labels(&mut connection, "app", "size").await, ["Small", "Big"]);
    }
    let rows: Vec<String> = sqlx::query_scalar("SELECT concat(m, ' ', s) FROM app.v")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, ["Happy Big"]);
    let said = package.said(Some(&database), &["verify"]);
    assert!(said.starts_with("Clean"), "{said}");
    let said = package.said(None, &["check", "--tool", "sqlx"]);
    assert!(said.starts_with("Clean"), "{said}");
}

/// What is printed before each statement, and what the server says while it runs.
async fn effects_are_those_of_the_server(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Happy', 'Sad', 'y');
        CREATE TABLE app.t (id int, m app.mood) PARTITION BY RANGE (id);
        CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES FROM (0) TO (10);
        CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES FROM (10) TO (20);
        CREATE TABLE app.\"U\" (m app.mood[], other int);
        CREATE TABLE app.only_its_index (other text);
        CREATE INDEX i ON app.only_its_index ((nullif(other, 'Sad'))) WHERE 'Sad'::app.mood IS NOT NULL;
        CREATE MATERIALIZED VIEW app.mv AS SELECT m FROM app.t; CREATE VIEW app.v AS SELECT m FROM app.mv;
        CREATE TABLE app.secret (m app.mood); ALTER TABLE app.secret ENABLE ROW LEVEL SECURITY;
        ALTER TABLE app.secret FORCE ROW LEVEL SECURITY; CREATE TABLE app.empty (m app.mood);
        INSERT INTO app.t SELECT n % 20, 'x' FROM generate_series(1, 1000) AS n;
        INSERT INTO app.\"U\" VALUES ('{x,x}'), ('{y}'); ANALYZE app.t, app.t1, app.t2, app.empty";
    run(&mut connection, start).await;
    let package = Package::new(
        "#[derive(PgEnum)] #[pg_enum(schema = \"app\", removed(\"x\" => Sad), removed(\"y\" => NULL))]
         pub enum Mood { Happy, Sad }",
    );
    package.check(Some(&database), &["diff"], &expect![[r#"
        Failed
        ---
        error: the change removes labels
          replace type app.mood without 'x', 'y'
            locks: ACCESS EXCLUSIVE on table app."U", table app.empty, table app.only_its_index, table
              app.secret, table app.t with its partitions, materialized view app.mv, view app.v, type app.mood
            rewrites:
              table app."U" (16 kB, number of rows unknown without ANALYZE)
              table app.empty (0 bytes, about 0 rows)
              materialized view app.mv (0 bytes, number of rows unknown without ANALYZE)
              table app.secret (0 bytes, number of rows unknown without ANALYZE)
              table app.t with 2 partitions (96 kB, about 1000 rows)
            loses:
              'x', replaced by 'Sad' (1 row in column m of table app."U", 500 rows in column m of table
                app.t1, 500 rows in column m of table app.t2)
              'y', replaced by NULL (1 row in column m of table app."U")
            clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
              connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
            waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
              quieter time
        help: add --allow-destructive to see the SQL, and read it before you run it
    "#]]);
    let sql = package.said(Some(&database), &["diff", "--allow-destructive"]);
    let sql = sql.split_once('\n').unwrap().1.split("---\n").next().unwrap().to_owned();
    run(&mut connection, &format!("BEGIN; {sql}")).await;
    let locked: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
         WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock' AND c.relkind <> 'i'
           AND c.relnamespace = 'app'::regnamespace ORDER BY 1",
    )
    .persistent(false)
    .fetch_all(&mut connection)
    .await
    .unwrap();
    expect![[r#"
        materialized view app.mv
        table app."U"
        table app.empty
        table app.only_its_index
        table app.secret
        table app.t
        table app.t1
        table app.t2
        view app.v"#]]
    .assert_eq(&locked.join("\n"));
}
