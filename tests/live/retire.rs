//! Labels that are kept in the type and forbidden in the data.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::ffi::OsString;

use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection, Row};

use crate::harness::{command, labels, refused, run, tests, try_run};
use crate::runtime::Package;

tests![
    a_label_is_retired_and_back,
    rows_are_updated,
    every_kind_of_column,
    what_cannot_be_retired,
    rows_that_hold_it_are_found,
    checks_of_others_count,
    sixteen_at_once,
    the_other_way_is_shown,
    odd_names,
    a_swap_keeps_it,
    the_command_line_chooses_it,
    import_writes_it,
];

const SOURCE: &str = "
#[derive(PgEnum)]
#[pg_enum(schema = \"app\", retired(\"x\"))]
pub enum Mood { Happy, Sad }
";

const START: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Happy', 'x', 'Sad');
    CREATE TABLE app.t (id int, m app.mood NOT NULL, ms app.mood[]);";

const GENERATE: [&str; 3] = ["generate", "--tool", "sqlx"];

/// A package whose migrations are `START`, or another text, which a database has run.
async fn package(database: &Database, source: &str, start: &str) -> (Package, PgConnection) {
    let package = Package::new(source);
    package.write("migrations/0001_start.up.sql", start);
    package.write("migrations/0001_start.down.sql", "DROP SCHEMA app CASCADE;");
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, start).await;
    (package, connection)
}

/// The up files that a command says it has written, and their down files.
fn written(package: &Package, said: &str) -> (Vec<String>, Vec<String>) {
    assert!(said.starts_with("Clean\n"), "{said}");
    let read = |end: &str| {
        let files = said.lines().filter(|line| line.ends_with(end));
        files.map(|file| package.read(file)).collect::<Vec<_>>()
    };
    (read(".up.sql"), read(".down.sql"))
}

/// Runs each file in a transaction, as the tools do.
async fn apply(connection: &mut PgConnection, files: &[String]) {
    for file in files {
        run(connection, &format!("BEGIN; {file}; COMMIT")).await;
    }
}

fn is_clean(package: &Package, database: &Database) {
    for (database, args) in [
        (None, &["check", "--tool", "sqlx"][..]),
        (Some(database), &["verify"]),
        (Some(database), &["verify", "--rows"]),
        (Some(database), &["diff"]),
    ] {
        let said = package.said(database, args);
        assert!(said.starts_with("Clean"), "{args:?}: {said}");
    }
    for database in [None, Some(database)] {
        let said = package.said(database, &GENERATE);
        assert!(said.starts_with("Clean\nnothing to do"), "{said}");
    }
}

async fn a_label_is_retired_and_back(database: Database) {
    let (package, mut connection) = package(&database, SOURCE, START).await;
    run(&mut connection, "INSERT INTO app.t VALUES (1, 'Happy', '{{Sad,Happy},{NULL,Sad}}')").await;
    let oid = "SELECT array_agg(oid ORDER BY oid) FROM pg_type WHERE typname IN ('mood', '_mood')";
    let oids: Vec<sqlx::postgres::types::Oid> =
        sqlx::query_scalar(oid).fetch_one(&mut connection).await.unwrap();
    // Statements that a client has prepared.
    let mut client = database.connect().await.unwrap();
    run(
        &mut client,
        "PREPARE one (app.mood) AS SELECT m, ms FROM app.t WHERE m = $1; EXECUTE one ('Happy');
         PREPARE more (app.mood, app.mood[]) AS INSERT INTO app.t VALUES (2, $1, $2); EXECUTE more ('Sad', '{Sad}')",
    )
    .await;
    let select = "SELECT m::text FROM app.t WHERE m = 'Happy'";
    assert_eq!(sqlx::query(select).fetch_all(&mut client).await.unwrap().len(), 1);

    let said = package.said(Some(&database), &["verify"]);
    expect![[r#"
        Findings
        ---
        error[retired-not-forbidden]: no CHECK forbids the retired label 'x' of app.mood in app.t.m, app.t.ms[]
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run: ALTER TABLE app.t ADD CONSTRAINT t_m_not_x CHECK (m OPERATOR(pg_catalog.<>) 'x') NOT VALID; ALTER TABLE app.t VALIDATE CONSTRAINT t_m_not_x; ALTER TABLE app.t ADD CONSTRAINT t_ms_not_x CHECK ('x' OPERATOR(pg_catalog.<>) ALL (ms)) NOT VALID; ALTER TABLE app.t VALIDATE CONSTRAINT t_ms_not_x;

        1 problem in 1 enum
    "#]]
    .assert_eq(&said);
    let (up, down) = written(&package, &package.said(None, &GENERATE));
    assert_eq!(up.len(), 2);
    // A session whose path has operators of another's finds the built-in ones.
    run(
        &mut connection,
        "CREATE SCHEMA evil; CREATE FUNCTION evil.f(app.mood, app.mood) RETURNS bool LANGUAGE plpgsql AS
           $$ BEGIN RAISE 'evil'; END $$;
         CREATE OPERATOR evil.<> (FUNCTION = evil.f, LEFTARG = app.mood, RIGHTARG = app.mood);
         SET search_path = evil, pg_catalog",
    )
    .await;
    apply(&mut connection, &up).await;
    apply(&mut connection, &up).await;
    run(&mut connection, "RESET search_path; DROP SCHEMA evil CASCADE").await;
    is_clean(&package, &database);

    run(&mut client, "EXECUTE one ('Happy'); EXECUTE more ('Sad', '{Sad}'); EXECUTE one ('x')")
        .await;
    assert_eq!(sqlx::query(select).fetch_all(&mut client).await.unwrap().len(), 1);
    let now: Vec<sqlx::postgres::types::Oid> =
        sqlx::query_scalar(oid).fetch_one(&mut connection).await.unwrap();
    assert_eq!(now, oids);
    assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "x", "Sad"]);
    let refusal = refused(&mut client, "EXECUTE more ('x', NULL)").await;
    assert_eq!(refusal.code, "23514");
    assert!(refusal.message.contains("t_m_not_x"), "{refusal:?}");
    for array in ["{x}", "{{Sad,Sad},{NULL,x}}", "[5:5]={x}"] {
        let refusal =
            refused(&mut connection, &format!("INSERT INTO app.t VALUES (3, 'Sad', '{array}')"))
                .await;
        assert_eq!(refusal.code, "23514", "{array}");
    }
    for array in ["NULL", "'{}'", "'{NULL}'", "'{{Sad},{Happy}}'"] {
        run(&mut connection, &format!("INSERT INTO app.t VALUES (3, 'Sad', {array})")).await;
    }

    // The way back, and there again.
    let mut back = down;
    back.reverse();
    apply(&mut connection, &back).await;
    apply(&mut connection, &back).await;
    run(
        &mut connection,
        "INSERT INTO app.t VALUES (4, 'x', '{x}'); DELETE FROM app.t WHERE id = 4",
    )
    .await;
    apply(&mut connection, &up).await;
    is_clean(&package, &database);

    // A plain `CREATE_SQL` finds its labels, and the retired one does not disturb it.
    let create = pg_enum_core::Definition::new("mood", &["Happy", "Sad"])
        .in_schema("app")
        .create_sql()
        .to_string();
    run(&mut connection, &create).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "x", "Sad"]);
}

async fn rows_are_updated(database: Database) {
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x', 'Happy', 'Sad');
        CREATE DOMAIN app.d AS app.mood; CREATE DOMAIN app.ds AS app.mood[];
        CREATE TABLE app.t (id int PRIMARY KEY, m app.mood NOT NULL DEFAULT 'x', ms app.mood[], d app.d, ds app.ds,
          da app.d[], g app.mood GENERATED ALWAYS AS (m) STORED);
        CREATE TABLE app.u (id int REFERENCES app.t DEFERRABLE INITIALLY DEFERRED, m app.mood) PARTITION BY LIST (m);
        CREATE TABLE app.u1 PARTITION OF app.u FOR VALUES IN ('x'); CREATE TABLE app.u2 PARTITION OF app.u DEFAULT;";
    let source = "#[derive(PgEnum)] #[pg_enum(schema = \"app\", retired(\"x\" => Sad))] pub enum Mood { Happy, Sad }";
    let (package, mut connection) = package(&database, source, start).await;
    run(
        &mut connection,
        "INSERT INTO app.t (id, ms, d, ds, da) VALUES (1, '{{x,NULL},{Happy,x}}', 'x', '{x,x}', '{x}');
         INSERT INTO app.t VALUES (2, 'Happy'); INSERT INTO app.u VALUES (1, 'x'), (2, 'Happy')",
    )
    .await;
    let said = package.said(None, &GENERATE);
    assert!(said.contains("error: the change updates rows\n"), "{said}");
    let (up, down) = written(
        &package,
        &package.said(None, &["generate", "--tool", "sqlx", "--allow-destructive"]),
    );
    assert_eq!(up.len(), 3);
    apply(&mut connection, &up[..1]).await;
    // Old rows are still there, new ones are refused, and the default has followed.
    let count = "SELECT count(*) FROM app.t WHERE m = 'x'";
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&mut connection).await.unwrap(), 1);
    assert_eq!(refused(&mut connection, "INSERT INTO app.t VALUES (3, 'x')").await.code, "23514");
    run(&mut connection, "INSERT INTO app.t (id) VALUES (3); DELETE FROM app.t WHERE id = 3").await;
    apply(&mut connection, &up).await;
    apply(&mut connection, &up).await;
    let row = "SELECT concat_ws(' ', m, ms, d, ds, da, g, (SELECT u.m FROM app.u WHERE u.id = 1)) FROM app.t WHERE id = 1";
    let row: String = sqlx::query(row).fetch_one(&mut connection).await.unwrap().get(0);
    assert_eq!(row, "Sad {{Sad,NULL},{Happy,Sad}} Sad {Sad,Sad} {Sad} Sad Sad");
    is_clean(&package, &database);
    let mut back = down;
    back.reverse();
    apply(&mut connection, &back).await;
    run(&mut connection, "INSERT INTO app.t (id) VALUES (3)").await;
    let count: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap();
    assert_eq!(count, 1);
}

async fn every_kind_of_column(database: Database) {
    let start = "CREATE SCHEMA app; CREATE SCHEMA other; CREATE TYPE app.mood AS ENUM ('Happy', 'Sad', 'x');
        CREATE DOMAIN app.d AS app.mood; CREATE DOMAIN app.d2 AS app.d;
        CREATE TABLE other.t (d app.d2, ds app.d[]);
        CREATE TABLE app.p (id int, m app.mood) PARTITION BY RANGE (id);
        CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (id);
        CREATE TABLE app.p2 PARTITION OF app.p1 FOR VALUES FROM (0) TO (5);
        CREATE TABLE app.parent (m app.mood); CREATE TABLE app.child (n app.mood) INHERITS (app.parent);
        CREATE UNLOGGED TABLE app.un (m app.mood); CREATE VIEW app.v AS SELECT m FROM app.p;
        CREATE MATERIALIZED VIEW app.mv AS SELECT m FROM app.p;
        CREATE TABLE app.gone (m app.mood); ALTER TABLE app.gone DROP COLUMN m;";
    let (package, mut connection) = package(&database, SOURCE, start).await;
    run(&mut connection, "CREATE TEMPORARY TABLE tt (m app.mood)").await;
    let (up, _) = written(&package, &package.said(None, &GENERATE));
    apply(&mut connection, &up).await;
    apply(&mut connection, &up).await;
    is_clean(&package, &database);
    for (table, row) in [
        ("other.t (d)", "'x'"),
        ("other.t (ds)", "'{Sad,x}'"),
        ("app.p (id, m)", "1, 'x'"),
        ("app.p2 (id, m)", "1, 'x'"),
        ("app.parent (m)", "'x'"),
        ("app.child (m)", "'x'"),
        ("app.child (n)", "'x'"),
        ("app.un (m)", "'x'"),
    ] {
        let refusal =
            refused(&mut connection, &format!("INSERT INTO {table} VALUES ({row})")).await;
        assert_eq!(refusal.code, "23514", "{table}");
    }
    // The database says the same as the migrations do.
    run(&mut connection, "DROP SCHEMA app, other CASCADE").await;
    run(&mut connection, start).await;
    let said = package.said(Some(&database), &["diff"]);
    let sql = said.split_once('\n').unwrap().1.split("---\n").next().unwrap().to_owned();
    run(&mut connection, &sql).await;
    is_clean(&package, &database);
}

async fn what_cannot_be_retired(database: Database) {
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Happy', 'Sad', 'x');
        CREATE TYPE app.c AS (m app.mood); CREATE TABLE app.t (c app.c, m app.mood DEFAULT 'x');
        CREATE TYPE app.r AS RANGE (SUBTYPE = app.mood); CREATE TABLE app.u (r app.r, ms app.mood[] DEFAULT '{x}');";
    let (package, mut connection) = package(&database, SOURCE, start).await;
    run(&mut connection, "CREATE TABLE app.held (m app.mood); INSERT INTO app.held VALUES ('x')")
        .await;
    package.check(Some(&database), &["diff"], &expect![[r#"
        Findings
        ---
        error[held-inside]: app.t.c holds the type inside another type, where a CHECK cannot forbid the retired label 'x': write `removed` instead of `retired`, or change the column in an earlier migration
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^

        error[retired-default]: the default of app.t.m is the retired label 'x': change it in an earlier migration, or add #[pg_enum(retired("x" => Variant))]
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^

        error[held-inside]: app.u.r holds the type inside another type, where a CHECK cannot forbid the retired label 'x': write `removed` instead of `retired`, or change the column in an earlier migration
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^

        error[retired-default]: the default of app.u.ms[] is the retired label 'x': change it in an earlier migration
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^

        4 problems in 1 enum
    "#]]);
    run(&mut connection, "ALTER TABLE app.t DROP COLUMN c, ALTER m DROP DEFAULT; DROP TABLE app.u")
        .await;
    package.check(Some(&database), &["diff"], &expect![[r#"
        Findings
        ---
        error[retired-in-use]: rows hold the retired label 'x' in app.held.m: update them, or add #[pg_enum(retired("x" => Variant))], which updates them in the migration
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^

        1 problem in 1 enum
    "#]]);
    run(&mut connection, "DELETE FROM app.held").await;
    assert!(package.said(Some(&database), &["diff"]).contains("ADD CONSTRAINT held_m_not_x"));
}

async fn rows_that_hold_it_are_found(database: Database) {
    let (package, mut connection) = package(&database, SOURCE, START).await;
    run(&mut connection, "INSERT INTO app.t VALUES (1, 'x'), (2, 'Sad')").await;
    let (up, _) = written(&package, &package.said(None, &GENERATE));
    apply(&mut connection, &up[..1]).await;
    // A row that holds it cannot be changed otherwise.
    let refusal = refused(&mut connection, "UPDATE app.t SET id = 3 WHERE id = 1").await;
    assert_eq!(refusal.code, "23514");
    assert_eq!(refused(&mut connection, &up[1]).await.code, "23514");
    package.check(Some(&database), &["verify", "--rows"], &expect![[r#"
        Findings
        ---
        error[retired-not-validated]: a CHECK forbids the retired label 'x' of app.mood only in new rows of app.t.m, app.t.ms[]
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run: ALTER TABLE app.t VALIDATE CONSTRAINT t_m_not_x; ALTER TABLE app.t VALIDATE CONSTRAINT t_ms_not_x;

        error[retired-in-use]: app.mood has the label 'x', which the enum says is retired, and rows contain it: app.t.m
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: update the rows

        2 problems in 1 enum
    "#]]);
    run(&mut connection, "UPDATE app.t SET m = 'Sad' WHERE m = 'x'").await;
    apply(&mut connection, &up[1..]).await;
    is_clean(&package, &database);
}

/// A check counts whoever has made it, and whatever it is called.
async fn checks_of_others_count(database: Database) {
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Happy', 'Sad', 'x');
        CREATE TABLE app.t (id int, a app.mood CHECK (a <> 'x'), b app.mood CHECK (b IN ('Happy', 'Sad') AND id > 0),
          c app.mood[] CHECK (NOT ('x' = ANY (c))), d app.mood CHECK (d IS NULL OR d NOT IN ('x', 'Happy')),
          e app.mood[] CHECK (e <@ ARRAY['Happy', 'Sad']::app.mood[]), f app.mood CONSTRAINT f_ok CHECK ('x' != f));";
    let (package, mut connection) = package(&database, SOURCE, start).await;
    is_clean(&package, &database);
    // These do not forbid it.
    let more = "ALTER TABLE app.t ADD COLUMN g app.mood CHECK (g <> 'Sad' OR id > 0), ADD COLUMN h app.mood;
        ALTER TABLE app.t ADD CONSTRAINT t_h_not_x CHECK (id > 0), ADD CONSTRAINT i CHECK (h <> 'x') NOT VALID;
        ALTER TABLE app.t DROP CONSTRAINT f_ok;";
    package.write("migrations/0002_more.up.sql", more);
    package.write("migrations/0002_more.down.sql", "");
    run(&mut connection, more).await;
    package.check(Some(&database), &["verify"], &expect![[r#"
        Findings
        ---
        error[retired-not-forbidden]: no CHECK forbids the retired label 'x' of app.mood in app.t.f, app.t.g
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run: ALTER TABLE app.t ADD CONSTRAINT t_f_not_x CHECK (f OPERATOR(pg_catalog.<>) 'x') NOT VALID; ALTER TABLE app.t VALIDATE CONSTRAINT t_f_not_x; ALTER TABLE app.t ADD CONSTRAINT t_g_not_x CHECK (g OPERATOR(pg_catalog.<>) 'x') NOT VALID; ALTER TABLE app.t VALIDATE CONSTRAINT t_g_not_x;

        error[retired-not-validated]: a CHECK forbids the retired label 'x' of app.mood only in new rows of app.t.h
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run: ALTER TABLE app.t VALIDATE CONSTRAINT i;

        2 problems in 1 enum
    "#]]);
    package.check(None, &["check", "--tool", "sqlx"], &expect![[r#"
        Findings
        ---
        error[retired-not-forbidden]: no migration forbids the retired label 'x' in app.t.f (migrations/0001_start.up.sql:4), app.t.g (migrations/0002_more.up.sql:1)
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        error[retired-not-validated]: the CHECK that forbids the retired label 'x' in app.t.h (migrations/0002_more.up.sql:1) is not validated
         --> src/lib.rs:3:35
          |
        3 | #[pg_enum(schema = "app", retired("x"))]
          |                                   ^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        2 errors: 1 enum compared with 2 migrations in migrations (a usual place)
    "#]]);
    let (up, _) = written(&package, &package.said(None, &GENERATE));
    assert!(up[1].contains("VALIDATE CONSTRAINT i"), "{up:?}");
    apply(&mut connection, &up).await;
    is_clean(&package, &database);
}

async fn sixteen_at_once(database: Database) {
    let (package, mut connection) = package(&database, SOURCE, START).await;
    run(&mut connection, "INSERT INTO app.t SELECT n, 'Sad' FROM generate_series(1, 1000) AS n")
        .await;
    let (up, _) = written(&package, &package.said(None, &GENERATE));
    let mut runners = Vec::new();
    for number in 0..16 {
        let mut connection = database.connect().await.unwrap();
        let up = up.clone();
        runners.push(tokio::spawn(async move {
            for file in &up {
                let level = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"][number % 3];
                try_run(&mut connection, &format!("BEGIN ISOLATION LEVEL {level}; {file}; COMMIT"))
                    .await?;
            }
            connection.close().await
        }));
    }
    for runner in runners {
        runner.await.unwrap().unwrap();
    }
    is_clean(&package, &database);
}

async fn the_other_way_is_shown(database: Database) {
    let (package, mut connection) = package(&database, SOURCE, START).await;
    run(&mut connection, "ANALYZE app.t").await;
    let note = |said: &str| said.split_once("---\n").unwrap().1.to_owned();
    expect![[r#"
        note: retiring 'x' rewrites nothing; `removed(…)` instead rewrites table app.t (8192 bytes, about 0 rows) under ACCESS EXCLUSIVE, and prepared statements fail
    "#]].assert_eq(&note(&package.said(Some(&database), &["diff"])));
    let removed = Package::new(&SOURCE.replace("retired(\"x\")", "removed(\"x\" => Sad)"));
    let said = removed.said(Some(&database), &["diff", "--allow-destructive"]);
    expect![[r#"
        note: removing 'x' rewrites table app.t (8192 bytes, about 0 rows) under ACCESS EXCLUSIVE, and prepared statements fail; `retired(…)` instead adds a CHECK to app.t under a short ACCESS EXCLUSIVE lock, reads its rows under SHARE UPDATE EXCLUSIVE, rewrites nothing, and prepared statements go on
    "#]].assert_eq(&note(&said));
    // Offline, the refusal names both.
    let bare = Package::new(&SOURCE.replace(", retired(\"x\")", ""));
    bare.write("migrations/0001_start.up.sql", START);
    bare.write("migrations/0001_start.down.sql", "");
    bare.check(None, &GENERATE, &expect![[r#"
        Failed
        ---
        note: app.mood is replaced as the migrations describe its tables: where a database has anything else that depends on it, the migration stops with a list and changes nothing
        note: removing 'x' rewrites table app.t (size unknown) under ACCESS EXCLUSIVE, and prepared statements fail; `retired(…)` instead adds a CHECK to app.t under a short ACCESS EXCLUSIVE lock, reads its rows under SHARE UPDATE EXCLUSIVE, rewrites nothing, and prepared statements go on
        error: the change removes labels
          replace type app.mood without 'x'
            locks: ACCESS EXCLUSIVE on table app.t, type app.mood
            rewrites: table app.t (size unknown)
            loses: 'x' (rows are not counted without a database)
            clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
              connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
            waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
              quieter time
        help: add --allow-destructive to write it, or also --dry-run to see the SQL first
    "#]]);
}

async fn odd_names(database: Database) {
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Happy', 'Sad', 'it''s \\ \"x\" $pg_enum$ 50%');
        CREATE TABLE app.\"it's \"\"T\"\" $pg_enum$\" (\"m M\" app.mood, \"m\" app.mood[]);
        CREATE TABLE app.ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt (
          mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm app.mood,
          mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmn app.mood,
          a app.mood, \"a_not_it's \\ \"\"x\"\" $pg_enum$ 50%\" app.mood);";
    let source = "#[derive(PgEnum)] #[pg_enum(schema = \"app\", retired(r#\"it's \\ \"x\" $pg_enum$ 50%\"#))]
        pub enum Mood { Happy, Sad }";
    let (package, mut connection) = package(&database, source, start).await;
    let (up, down) = written(&package, &package.said(None, &GENERATE));
    apply(&mut connection, &up).await;
    apply(&mut connection, &up).await;
    is_clean(&package, &database);
    let insert =
        "INSERT INTO app.\"it's \"\"T\"\" $pg_enum$\" (m) SELECT enum_range(NULL::app.mood)";
    assert_eq!(refused(&mut connection, insert).await.code, "23514");
    for down in down.iter().rev() {
        run(&mut connection, down).await;
    }
    run(&mut connection, insert).await;
}

/// Other labels are removed and reordered, and the retired one stays where it was.
async fn a_swap_keeps_it(database: Database) {
    let start = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad', 'x', 'y', 'Happy');
        CREATE TABLE app.t (id int, m app.mood CONSTRAINT t_m_not_x CHECK (m <> 'x'));";
    let source =
        "#[derive(PgEnum)] #[pg_enum(schema = \"app\", retired(\"x\"), removed(\"y\" => Sad))]
        pub enum Mood { Happy, Sad }";
    let (package, mut connection) = package(&database, source, start).await;
    run(&mut connection, "INSERT INTO app.t VALUES (1, 'y'), (2, 'Happy')").await;
    let said =
        package.said(Some(&database), &["generate", "--tool", "sqlx", "--allow-destructive"]);
    let (up, _) = written(&package, &said);
    apply(&mut connection, &up).await;
    apply(&mut connection, &up).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["Happy", "Sad", "x"]);
    assert_eq!(refused(&mut connection, "INSERT INTO app.t VALUES (3, 'x')").await.code, "23514");
    is_clean(&package, &database);
}

async fn the_command_line_chooses_it(database: Database) {
    let source = SOURCE.replace(", retired(\"x\")", "");
    let (package, mut connection) = package(&database, &source, START).await;
    let said = package.said(Some(&database), &["generate", "--tool", "sqlx", "--retire"]);
    expect![[r#"
        Clean
        migrations/0002_forbid_x_in_app_t_m_x_in_app_t_ms.up.sql
        migrations/0002_forbid_x_in_app_t_m_x_in_app_t_ms.down.sql
        migrations/0003_validate_2_checks_of_app_t.up.sql
        migrations/0003_validate_2_checks_of_app_t.down.sql
        ---
        note: src/lib.rs:4: add #[pg_enum(retired("x"))] to `shop::Mood`
        note: retiring 'x' rewrites nothing; `removed(…)` instead rewrites table app.t (8192 bytes, number of rows unknown without ANALYZE) under ACCESS EXCLUSIVE, and prepared statements fail
    "#]].assert_eq(&said);
    let (up, _) = written(&package, &said);
    apply(&mut connection, &up).await;
    package.write("src/lib.rs", SOURCE);
    is_clean(&package, &database);
}

async fn import_writes_it(database: Database) {
    let (package, mut connection) = package(&database, SOURCE, START).await;
    let (up, _) = written(&package, &package.said(None, &GENERATE));
    apply(&mut connection, &up).await;
    let args = ["cargo-pg-enum", "pg-enum", "import", "--database-url", database.url()];
    let source = command(args.map(OsString::from).to_vec()).out;
    assert!(source.contains("#[pg_enum(schema = \"app\", retired(\"x\"))]"), "{source}");
    package.write("src/lib.rs", &source);
    is_clean(&package, &database);
}
