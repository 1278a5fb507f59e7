//! `cargo pg-enum stamp`: what it records, and what it does not.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};

use super::harness::Folder;
use crate::harness::{labels, run, tests};

tests![
    sqlx_accepts_it,
    what_generate_writes,
    the_first_one,
    after_a_failed_run,
    not_there,
    there_in_part,
    still_there,
    more_than_enums,
    not_proved,
    other_types_in_the_same_words,
    a_function_in_the_way,
    comments,
    what_earlier_versions_wrote,
    versions_are_numbers,
    versions_that_may_be_several,
    gone_on_by_hand,
    not_the_next_one,
    applied_already,
    no_such_version,
    no_table,
    failed_before,
    locked,
    no_privilege,
    read_only,
    refinery,
    flyway,
    prisma,
    other_tools,
    drizzle,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) =
    ("2_add_some_labels.sql", "-- one more\nALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");

async fn begin(database: &Database, files: &[(&str, &str)]) -> (PgConnection, Folder) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(files);
    folder.migrate(&mut connection).await.expect("to go up");
    (connection, folder)
}

async fn recorded(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await
        .expect("a number")
}

/// On a connection of its own: where a migration fails, sqlx keeps its lock.
async fn fails(database: &Database, folder: &Folder) {
    let mut connection = database.connect().await.expect("a connection");
    assert!(folder.migrate(&mut connection).await.is_err());
    connection.close().await.expect("an end");
}

async fn sqlx_accepts_it(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    fails(&database, &folder).await;
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Clean
        recorded in public._sqlx_migrations
          version      2
          description  add some labels
          checksum     8a61b708ed0288af5f618ae9d385b40be23d91d3b560b09f144de4b1a55c9be67ff130657516cb228d64c9e0e93025fd
    "#]]);
    // It would fail if it ran again; and if the checksum were another one.
    folder.migrate(&mut connection).await.expect("nothing to do");
    let descriptions: Vec<String> =
        sqlx::query_scalar("SELECT description FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut connection)
            .await
            .expect("rows");
    assert_eq!(descriptions, ["mood", "add some labels"]);
    folder.write("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    folder.migrate(&mut connection).await.expect("to go up");
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "ok", "happy", "more"]);
}

/// The blocks that `generate` writes do nothing but change enums.
async fn what_generate_writes(database: Database) {
    let (mut connection, folder) = begin(&database, &[("1_start.sql", "SELECT 1;")]).await;
    let package = folder.path();
    let package = package.parent().expect("a parent");
    let manifest = package.join("Cargo.toml");
    std::fs::create_dir(package.join("src")).expect("a directory");
    std::fs::write(
        &manifest,
        "[package]\nname = \"feelings\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    )
    .expect("a file");
    let mut version = 1;
    for source in [
        "#[pg_enum(schema = \"public\")] enum Mood { Sad, Happy }",
        "enum Mood { Sad, Ok, Happy }",
        "enum Mood { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }",
        "#[pg_enum(was = \"mood\")] enum Feeling { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }",
    ] {
        let source = format!("#[derive(PgEnum)] {source}\n");
        std::fs::write(package.join("src/lib.rs"), source).expect("a file");
        let said =
            folder.offline(&["generate", "--manifest-path", manifest.to_str().expect("text")]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
        version += 1;
        let path = said.out.trim().rsplit('/').next().expect("a name").to_owned();
        let sql = std::fs::read_to_string(folder.path().join(path)).expect("a file");
        run(&mut connection, &sql).await;
        let said = folder.run(&database, &["stamp", &version.to_string()]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
    }
    folder.migrate(&mut connection).await.expect("nothing to do");
    assert_eq!(recorded(&mut connection).await, 5);
}

/// The table is there, as sqlx makes it before it does anything else.
async fn the_first_one(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD]);
    fails(&database, &folder).await;
    let said = folder.run(&database, &["stamp", "1_mood.sql"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    folder.migrate(&mut connection).await.expect("nothing to do");
}

/// A migration that failed in the middle has left nothing.
async fn after_a_failed_run(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_two.sql", "ALTER TYPE mood ADD VALUE 'ok';\nALTER TYPE mood ADD VALUE 'ok';");
    fails(&database, &folder).await;
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[refused]: enum label "ok" already exists
         --> migrations/2_two.sql:2:27
          |
        1 | ALTER TYPE mood ADD VALUE 'ok';
          |                           ---- the label is created here
        2 | ALTER TYPE mood ADD VALUE 'ok';
          |                           ^^^^
          |
          = note: SQLSTATE 42710
        nothing was recorded
    "#]]);
    assert_eq!(recorded(&mut connection).await, 1);
}

async fn not_there(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-there]: public.mood differs from its state after migration 2: it lacks 'ok'
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: after the migration: 'sad', 'ok', 'happy'
          = note: in the database: 'sad', 'happy'
        nothing was recorded
    "#]]);
    assert_eq!(recorded(&mut connection).await, 1);
}

async fn there_in_part(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'").await;
    folder
        .write(ADD.0, "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';\nCREATE TYPE size AS ENUM ();");
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-there]: public.size is not in the database
         --> migrations/2_add_some_labels.sql:2:1
          |
        2 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
        nothing was recorded
    "#]]);
}

async fn still_there(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_drop.sql", "DROP TYPE mood;");
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-there]: public.mood still exists, but not after migration 2
        nothing was recorded
    "#]]);
}

async fn more_than_enums(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'").await;
    for more in [
        "CREATE TABLE t ();",
        "UPDATE t SET a = 1;",
        "SELECT do_something();",
        "COMMENT ON TYPE mood IS 'x';",
        "DROP TYPE IF EXISTS other;",
        "ALTER TYPE other RENAME TO another;",
        "ALTER TYPE other ADD VALUE IF NOT EXISTS 'x';",
        "ALTER TYPE mood RENAME ATTRIBUTE a TO b;",
        "ALTER TYPE mood OWNER TO postgres;",
        "CREATE TYPE pair AS (a int, b int);",
        "DO $$ BEGIN IF random() < 2 THEN ALTER TYPE mood ADD VALUE 'x'; END IF; END $$;",
        "DO LANGUAGE plpython3u $$ pass $$;",
        "\\echo 1",
        "DO $$ BEGIN INSERT INTO t VALUES (1); END $$;",
        "-- pg-enum: assume nothing\nSELECT do_something();",
    ] {
        folder.write(ADD.0, &format!("{}\n{more}", ADD.1));
        let said = folder.run(&database, &["stamp", "2"]);
        assert!(matches!(said.status, Status::Findings), "{more}: {}", said.err);
        assert!(said.err.ends_with("nothing was recorded\n"), "{more}: {}", said.err);
    }
    folder.write(ADD.0, &format!("{}\n\nCREATE TABLE t ();", ADD.1));
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-told]: the enums cannot show whether this statement was run
         --> migrations/2_add_some_labels.sql:4:1
          |
        4 | CREATE TABLE t ();
          | ^^^^^^^^^^^^^^^^^
          |
          = note: it changes more than enums
          = help: let the tool run the migration, or record it with a command of the tool
        nothing was recorded
    "#]]);
    assert_eq!(recorded(&mut connection).await, 1);
    folder.write(ADD.0, &format!("SET lock_timeout = '1s';\n{}", ADD.1));
    assert!(matches!(folder.run(&database, &["stamp", "2"]).status, Status::Clean));
}

/// The label is there, and the rest has not run: nothing in a text proves that it has.
async fn not_proved(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "CREATE TABLE old (a int); ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'")
        .await;
    let add = ADD.1;
    let block = |body: &str| format!("DO $$ {body} $$;");
    let instead = [
        "BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''ok'' AFTER ''sad''; DROP TABLE old'; END",
        "BEGIN EXECUTE $q$ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'; DROP TABLE old$q$; END",
        "BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''ok'' AFTER ''sad''; ' || 'DROP TABLE old'; END",
        "BEGIN EXECUTE format('ALTER TYPE mood ADD VALUE %L AFTER %L; DROP TABLE old', 'ok', 'sad'); END",
        "BEGIN EXECUTE E'ALTER TYPE mood ADD VALUE \\'ok\\' AFTER \\'sad\\';\\nDROP TABLE old'; END",
    ];
    let beside = [
        // Calls.
        "BEGIN EXECUTE 'SELECT backfill()'; END",
        "BEGIN EXECUTE 'SELECT app.backfill(1), ''x'''; END",
        "BEGIN EXECUTE 'CALL backfill()'; END",
        "BEGIN PERFORM 1 FROM backfill(); END",
        "DECLARE n int := backfill(); BEGIN NULL; END",
        "BEGIN IF backfill() > 0 THEN NULL; END IF; END",
        "BEGIN RAISE NOTICE '%', backfill(); END",
        // Tables that queries make, and rows that they take.
        "BEGIN EXECUTE 'SELECT a INTO newtab FROM old'; END",
        "BEGIN EXECUTE 'SELECT 1 INTO newtab'; END",
        "BEGIN EXECUTE 'SELECT 1 AS a INTO TEMP newtab'; END",
        "BEGIN EXECUTE 'CREATE TABLE newtab AS SELECT 1'; END",
        "BEGIN EXECUTE 'WITH w AS (DELETE FROM old RETURNING a) SELECT a FROM w'; END",
        // Variables.
        "DECLARE q text; BEGIN q := 'DROP TABLE old'; EXECUTE 'DROP TYPE IF EXISTS nothing; ' || q; END",
        "DECLARE q text := 'DROP TABLE old'; BEGIN EXECUTE q; END",
        "DECLARE q text := 'SELECT 1'; BEGIN q := 'DROP TABLE old'; EXECUTE q; END",
        "DECLARE q text; BEGIN SELECT 'DROP TABLE old' INTO q; EXECUTE q; END",
        "DECLARE q text; BEGIN FOREACH q IN ARRAY ARRAY['DROP TABLE old'] LOOP EXECUTE q; END LOOP; END",
        "BEGIN EXECUTE format('DROP %s old', 'TABLE'); END",
        "BEGIN EXECUTE format('%s', current_setting('a.b', true)); END",
        // Blocks in blocks, and what depends on rows.
        "BEGIN DO $q$ BEGIN DROP TABLE old; END $q$; END",
        "BEGIN IF EXISTS (SELECT FROM old) THEN NULL; END IF; END",
        "BEGIN EXECUTE 'SELECT 1; DROP TABLE old'; END",
    ];
    let scripts = instead.iter().map(|body| block(body));
    for script in scripts.chain(beside.iter().map(|body| format!("{add} {}", block(body)))) {
        folder.write(ADD.0, &script);
        let said = folder.run(&database, &["stamp", "2"]);
        assert!(matches!(said.status, Status::Findings), "{script}: {}", said.err);
        assert!(said.err.ends_with("nothing was recorded\n"), "{script}: {}", said.err);
    }
    folder.write(ADD.0, &format!("{add}\nDO $$ BEGIN\n  EXECUTE 'SELECT backfill()';\nEND $$;"));
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-told]: the enums cannot show whether this statement was run
         --> migrations/2_add_some_labels.sql:4:3
          |
        4 |   EXECUTE 'SELECT backfill()';
          |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: it calls backfill, which may run any code
          = help: let the tool run the migration, or record it with a command of the tool
        nothing was recorded
    "#]]);
    assert_eq!(recorded(&mut connection).await, 1);
}

/// Of a type that is no enum, the enums tell nothing.
async fn other_types_in_the_same_words(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "CREATE TYPE pair AS (a int); ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'")
        .await;
    for more in [
        "ALTER TYPE pair RENAME TO pairs;",
        "DROP TYPE pair;",
        "DO $$ BEGIN ALTER TYPE pair RENAME TO pairs; END $$;",
        "DO $$ BEGIN ALTER TYPE pair SET SCHEMA pg_temp; END $$;",
        "DO $$ BEGIN DROP TYPE pair; END $$;",
        "DO $$ BEGIN DROP TYPE IF EXISTS pair, nothing; END $$;",
        "DO $$ BEGIN EXECUTE format('ALTER TYPE %I RENAME TO %I', 'pair', 'pairs'); END $$;",
        "DO $$ BEGIN EXECUTE 'DROP TYPE pair'; END $$;",
        "DO $$ BEGIN CREATE TYPE other AS (a int); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "COMMENT ON TYPE pair IS 'x';",
    ] {
        folder.write(ADD.0, &format!("{}\n{more}", ADD.1));
        let said = folder.run(&database, &["stamp", "2"]);
        assert!(matches!(said.status, Status::Findings), "{more}: {}", said.err);
    }
    assert_eq!(recorded(&mut connection).await, 1);
}

/// What is PostgreSQL's own by its name may be somebody's, who hides work in it.
async fn a_function_in_the_way(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'").await;
    folder.write(ADD.0, &format!("{}\nDO $$ BEGIN PERFORM lower('X'); END $$;", ADD.1));
    run(&mut connection, "CREATE FUNCTION lower(int) RETURNS int LANGUAGE sql AS 'SELECT 1'").await;
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-told]: the migration may have called public.lower(integer), which may run any code
         |
         = help: let the tool run the migration, or record it with a command of the tool
        nothing was recorded
    "#]]);
    run(&mut connection, "DROP FUNCTION lower(int)").await;
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn comments(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'").await;
    folder.write(ADD.0, &format!("{}\nCOMMENT ON TYPE mood IS 'it''s a mood';", ADD.1));
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[not-there]: mood does not have the comment 'it\'s a mood'
        nothing was recorded
    "#]]);
    run(&mut connection, "COMMENT ON TYPE mood IS 'another'").await;
    assert!(matches!(folder.run(&database, &["stamp", "2"]).status, Status::Findings));
    run(&mut connection, "COMMENT ON TYPE mood IS 'it''s a mood'").await;
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

/// The blocks that are in migrations already go on being proof.
async fn what_earlier_versions_wrote(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[("1_start.sql", "CREATE SCHEMA app;")]);
    folder.migrate(&mut connection).await.expect("to go up");
    let earlier = include_str!("../../../cargo-pg-enum/src/ddl/earlier.sql");
    let blocks: Vec<&str> = earlier.split_inclusive("\n$pg_enum$;\n").collect();
    for (index, block) in blocks.iter().filter(|block| !block.trim().is_empty()).enumerate() {
        run(&mut connection, block).await;
        let version = index + 2;
        folder.write(&format!("{version}_block.sql"), block);
        let said = folder.run(&database, &["stamp", &version.to_string()]);
        assert!(matches!(said.status, Status::Clean), "{block}\n{}", said.err);
    }
    assert_eq!(recorded(&mut connection).await, 9);
}

/// As they are to the tool, which takes `0002` for 2.
async fn versions_are_numbers(database: Database) {
    let (mut connection, folder) = begin(&database, &[("0001_mood.sql", MOOD.1)]).await;
    run(&mut connection, ADD.1).await;
    folder.write("0002_add.sql", ADD.1);
    for version in ["1", "01", "0001", "00001"] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(said.err.contains("has already recorded migration"), "{version}: {}", said.err);
    }
    let said = folder.run(&database, &["preflight", "--at", "1"]);
    assert!(!said.err.contains("no migration has the version"), "{}", said.err);
    for version in ["3", "", "2x", "2 "] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(said.err.contains("no migration has the version"), "{version}: {}", said.err);
    }
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    folder.migrate(&mut connection).await.expect("nothing to do");
}

async fn versions_that_may_be_several(database: Database) {
    let up = "-- migrate:up\nSELECT 1;\n-- migrate:down\n";
    let folder = Folder::new(&[("001_a.sql", up), ("01_b.sql", up)]);
    folder.run_as("dbmate", &database, &["preflight", "--at", "1"]).check(&expect![[r#"
        Failed
        error: `1` is ambiguous: it can be `001_a.sql`, `01_b.sql`
        help: give the full name
    "#]]);
    let said = folder.run_as("dbmate", &database, &["preflight", "--at", "01"]);
    assert!(!said.err.contains("is ambiguous"), "{}", said.err);
}

/// Two have been carried out by hand: each is recorded.
async fn gone_on_by_hand(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    let more = ("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    for (name, sql) in [ADD, more] {
        run(&mut connection, sql).await;
        folder.write(name, sql);
    }
    for version in ["2", "3"] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
    }
    folder.migrate(&mut connection).await.expect("nothing to do");
}

async fn not_the_next_one(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    folder.run(&database, &["stamp", "3"]).check(&expect![[r#"
        Failed
        error: migration 3 is not the next one; the next one is 2
        help: stamp 2 first, or let sqlx run it
    "#]]);
}

async fn applied_already(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has already recorded migration 1
    "#]]);
}

async fn no_such_version(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.run(&database, &["stamp", "11"]).check(&expect![[r#"
        Failed
        error: no migration has the version `11`
        help: the nearest is `1`
    "#]]);
}

async fn no_table(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has no history table in this database
        help: run sqlx once, which creates its table even if the first migration fails; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn failed_before(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "UPDATE _sqlx_migrations SET success = false").await;
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has recorded migration 1 as not finished
        help: repair that first: see `cargo pg-enum preflight`
    "#]]);
}

async fn locked(database: Database) {
    use sqlx::migrate::Migrate;

    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    connection.lock().await.expect("a lock");
    folder.run(&database, &["stamp", "2", "--lock-timeout", "1"]).check(&expect![[r#"
        Failed
        error: cannot get the lock that sqlx migrates under: canceling statement due to lock timeout [55P03]
        help: see with `cargo pg-enum preflight` who has it
    "#]]);
    connection.unlock().await.expect("no lock");
    let said = folder.run(&database, &["stamp", "2", "--lock-timeout", "1"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn no_privilege(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    let stranger = super::privileges::Stranger::new(&database, &mut connection).await;
    let said = folder.run_at("sqlx", &stranger.url, &["stamp", "2"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: the applied migrations are unknown: public._sqlx_migrations may not be read
        help: connect as the user that migrates
    "#]]);
    run(&mut connection, "GRANT SELECT ON _sqlx_migrations TO PUBLIC").await;
    let said = folder.run_at("sqlx", &stranger.url, &["stamp", "2"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: cannot lock public._sqlx_migrations: permission denied for table _sqlx_migrations [42501]
        help: ask for the privilege, or connect as another user
    "#]]);
    stranger.drop(&mut connection).await;
}

/// Where transactions are read-only unless somebody says otherwise, somebody may have a reason.
async fn read_only(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await;
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
    assert!(said.err.contains("are read-only"), "{}", said.err);
}

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
        help: let the tool itself record it, if it can
    "#]]);
}
