//! What the pending migrations do, and what is there already.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![
    every_change,
    nothing_pending,
    exists_same,
    exists_same_and_the_statement_looks,
    exists_different,
    name_taken,
    drift,
    drift_that_is_pending,
    dropped_by_hand,
    unmanaged,
    refused,
    unknown,
    assumed,
    schemas_that_are_there,
    search_path_of_the_server,
    json,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");

async fn every_change(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[
        MOOD,
        ("2_others.sql", "CREATE TYPE size AS ENUM ('s');\nCREATE TYPE gone AS ENUM ();"),
    ]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("3_add.sql", "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");
    folder.write(
        "4_more.sql",
        "CREATE SCHEMA app;\nALTER TYPE mood RENAME VALUE 'sad' TO 'low';\n\
         ALTER TYPE size RENAME TO extent;\nALTER TYPE extent SET SCHEMA app;\nDROP TYPE gone;\n\
         CREATE TYPE app.color AS ENUM ('red');",
    );
    folder.write("5_table.sql", "CREATE TABLE t ();");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 2 of 5 migrations applied, the last one 2

        pending 3_add.sql
          public.mood: adds 'ok' after 'sad'  (migrations/3_add.sql:1)
        pending 4_more.sql
          public.mood: renames 'sad' to 'low'  (migrations/4_more.sql:2)
          public.size: renamed to public.extent  (migrations/4_more.sql:3)
          public.extent: moved to app.extent  (migrations/4_more.sql:4)
          public.gone: dropped  (migrations/4_more.sql:5)
          app.color: created with 'red'  (migrations/4_more.sql:6)
        pending 5_table.sql: no changes to enums

        as far as the statements show, this locks and rewrites no table
        note[prepared-statements]: prepared statements of applications that use public.gone may fail
         --> migrations/4_more.sql:5:1
          |
        5 | DROP TYPE gone;
          | ^^^^^^^^^^^^^^
          |
          = note: a statement prepared with the type fails on each connection until it is prepared again: with XX000 (cache lookup failed) if the type is a parameter, with 0A000 if it is in the result
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
        note[prepared-statements]: prepared statements of applications that use public.mood may fail
         --> migrations/4_more.sql:2:39
          |
        2 | ALTER TYPE mood RENAME VALUE 'sad' TO 'low';
          |                                       ^^^^^
          |
          = note: a cached plan that contains the old label works until it is invalidated, and then fails with 22P02; the old label as a parameter fails immediately
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
        no problems found
    "#]]);
}

async fn nothing_pending(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    let said = folder.run(&database, &["preflight"]);
    said.check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        no problems found
    "#]]);
    assert!(said.out.starts_with("PostgreSQL "), "{}", said.out);
}

async fn exists_same(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad', 'happy')").await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[exists-same]: public.mood already exists with the labels that this statement would give it
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: CREATE TYPE fails with SQLSTATE 42710
          = help: if the whole migration was run by hand, run `cargo pg-enum stamp 1`
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn exists_same_and_the_statement_looks(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad', 'happy')").await;
    let guarded = "DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy');\n\
                   EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
    let folder = Folder::new(&[("1_mood.sql", guarded)]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
        note[exists-same]: public.mood already exists with the labels that this statement would give it
         --> migrations/1_mood.sql:1:13
          |
        1 | DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy');
          |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: the statement creates the type only if it does not exist
        no problems found
    "#]]);
}

async fn exists_different(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE TYPE mood AS ENUM ('Sad', 'happy', 'ok')").await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[exists-different]: public.mood already exists with other labels: it also has 'ok'; it has 'Sad' instead of 'sad', which differs only by case
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: in the migration: 'sad', 'happy'
          = note: in the database: 'Sad', 'happy', 'ok'
          = help: find out where it comes from; then drop it, or write a migration that matches it
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn name_taken(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE DOMAIN mood AS text").await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[name-taken]: public.mood is a domain in this database
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: rename one of the two
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn drift(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "ALTER TYPE mood RENAME VALUE 'sad' TO 'Sad'").await;
    folder.write("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[drift]: public.mood differs from the applied migrations: it has 'Sad' instead of 'sad', which differs only by case
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: expected by the migrations: 'sad', 'happy'
          = note: in the database: 'Sad', 'happy'
          = help: resolve this difference before you add migrations
    "#]]);
}

async fn drift_that_is_pending(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'ok'").await;
    folder.write("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[drift]: public.mood differs from the applied migrations: it also has 'ok'
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: expected by the migrations: 'sad', 'happy'
          = note: in the database: 'sad', 'happy', 'ok'
          = note: this is the state after the pending migrations
          = help: if they were run by hand, run `cargo pg-enum stamp 2`
    "#]]);
}

async fn dropped_by_hand(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ("2_size.sql", "CREATE TYPE size AS ENUM ('s');")]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "DROP TYPE mood; DROP TYPE size; CREATE VIEW size AS SELECT 1 AS s").await;
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 2 of 2 migrations applied, the last one 2
        nothing is pending
        error[drift]: public.mood is not in the database, but an applied migration creates it
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: check that this is the right database, and whether the type was renamed or dropped by hand
        error[drift]: public.size is a view in this database, not an enum
         --> migrations/2_size.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ('s');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: check that this is the right database, and whether the type was renamed or dropped by hand
    "#]]);
}

async fn unmanaged(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "CREATE TYPE \"Other\" AS ENUM (); CREATE TYPE another AS ENUM ()").await;
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        note[unmanaged]: 2 enums in this database are in no migration: public."Other", public.another
        no problems found
    "#]]);
}

async fn refused(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("2_add.sql", "SELECT 1;\nALTER TYPE mood ADD VALUE 'happy';");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql: no changes to enums
        error[refused]: enum label "happy" already exists
         --> migrations/2_add.sql:2:27
          |
        2 | ALTER TYPE mood ADD VALUE 'happy';
          |                           ^^^^^^^
          |
         ::: migrations/1_mood.sql:1:34
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          |                                  ------- the label is created here
          |
          = note: SQLSTATE 42710
    "#]]);
}

async fn unknown(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[
        MOOD,
        (
            "2_any.sql",
            "DO $$ BEGIN IF random() < 2 THEN ALTER TYPE mood ADD VALUE 'x'; END IF; END $$;",
        ),
    ]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("3_any.sql", "SELECT do_something();");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 2 of 3 migrations applied, the last one 2

        pending 3_any.sql: no changes to enums
        note[uncertain]: the state of public.mood after the migrations is uncertain, so it is not compared
         |
         = help: run `cargo pg-enum state` to see where
        no problems found
    "#]]);
}

/// A statement that is applied, and one that is pending.
async fn assumed(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let any = |label| {
        format!(
            "DO $$ BEGIN IF random() < 2 THEN ALTER TYPE mood ADD VALUE '{label}'; END IF; END $$;"
        )
    };
    let folder = Folder::new(&[MOOD, ("2_any.sql", &any("x"))]);
    folder.configure(
        "tool = \"sqlx\"\nassume = { \"2_any.sql:1\" = \"ALTER TYPE mood ADD VALUE 'x'\", \
         \"3_any.sql:1\" = \"ALTER TYPE mood ADD VALUE 'y'\" }\n",
    );
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("3_any.sql", &any("y"));
    let said = folder.run_as("", &database, &["preflight"]);
    assert!(said.out.contains("public.mood: adds 'y'  (migrations/3_any.sql:1)"), "{}", said.out);
    assert!(!said.err.contains("uncertain") && !said.has("error", "drift"), "{}", said.err);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

/// No migration makes them, and nobody has to say so.
async fn schemas_that_are_there(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE SCHEMA app").await;
    let folder = Folder::new(&[("1_mood.sql", "CREATE TYPE app.mood AS ENUM ('sad');")]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "ALTER TYPE app.mood ADD VALUE 'by hand'").await;
    folder.write("2_new.sql", "CREATE TYPE app.size AS ENUM ();");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_new.sql
          app.size: created with none  (migrations/2_new.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[drift]: app.mood differs from the applied migrations: it also has 'by hand'
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE app.mood AS ENUM ('sad');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: expected by the migrations: 'sad'
          = note: in the database: 'sad', 'by hand'
          = help: resolve this difference before you add migrations
    "#]]);
}

async fn search_path_of_the_server(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let name = database.name();
    let sql = format!("CREATE SCHEMA app; ALTER DATABASE {name} SET search_path = app, public");
    run(&mut connection, &sql).await;
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut database.connect().await.expect("a connection")).await.expect("to go up");
    folder.write("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          app.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        no problems found
    "#]]);
}

async fn json(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "CREATE TYPE size AS ENUM ('s')").await;
    folder.write("2_add.sql", "CREATE TYPE size AS ENUM ('s', 'm');");
    let said = folder.run(&database, &["preflight", "--format", "json"]);
    let (server, rest) = said.out.split_once("\"tool\"").expect("all of it");
    for field in ["version", "version_num", "database", "user"] {
        assert!(server.contains(&format!("\"{field}\": ")), "{server}");
    }
    expect![[r#"
        : "sqlx",
          "table": "public._sqlx_migrations",
          "applied": [
            "1"
          ],
          "pending": [
            {
              "version": "2",
              "name": "2_add.sql",
              "changes": [
                {
                  "type": "public.size",
                  "change": "created",
                  "text": "created with 's', 'm'",
                  "file": "migrations/2_add.sql",
                  "line": 1
                }
              ]
            }
          ],
          "rewrites_tables": false,
          "findings": [
            {
              "code": "exists-different",
              "severity": "error",
              "message": "public.size already exists with other labels: it lacks 'm'",
              "type": "public.size",
              "migration": "2",
              "file": "migrations/2_add.sql",
              "line": 1,
              "notes": [
                "in the migration: 's', 'm'",
                "in the database: 's'"
              ],
              "help": "find out where it comes from; then drop it, or write a migration that matches it"
            }
          ]
        }
    "#]]
    .assert_eq(rest);
    assert_eq!(said.err, "");
}
