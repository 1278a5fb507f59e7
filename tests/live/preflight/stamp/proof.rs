//! What the enums show of a migration, and what they do not.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;

use super::{ADD, MOOD, begin, recorded};
use crate::harness::{run, tests};

tests![
    not_there,
    there_in_part,
    still_there,
    more_than_enums,
    not_proved,
    other_types_in_the_same_words,
    a_function_in_the_way,
    comments,
];

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
