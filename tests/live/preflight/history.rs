//! What a tool has recorded, and what comes of it.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![
    no_table,
    another_schema,
    failed,
    changed,
    not_in_the_folder,
    out_of_order,
    hidden,
    said_so,
    two_tables,
    two_schemas,
    alembic,
    plain,
    told_by_the_table,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "CREATE TYPE size AS ENUM ();");

async fn no_table(database: Database) {
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
        no problems found
    "#]]);
}

async fn another_schema(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ADD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "CREATE SCHEMA ops; ALTER TABLE _sqlx_migrations SET SCHEMA ops").await;
    assert!(folder.run(&database, &["preflight"]).has("note", "no-history"));
    folder.run(&database, &["preflight", "--history-schema", "ops"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 2 of 2 migrations applied, the last one 2
        nothing is pending
        no problems found
    "#]]);
}

async fn failed(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ADD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "UPDATE _sqlx_migrations SET success = false WHERE version = 2").await;
    run(&mut connection, "DROP TYPE size").await;
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.size: created with none  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[failed-migration]: sqlx has recorded migration 2 as failed, and runs no further migrations
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: it may have been applied partly or fully; a migration that is running now looks the same
          = help: check the state of the database, undo the migration, and then delete its row in the history table
    "#]]);
}

async fn changed(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ADD]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write(ADD.0, "CREATE TYPE size AS ENUM (); ");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 2 of 2 migrations applied, the last one 2
        nothing is pending
        error[checksum]: migration 2 has changed since sqlx applied it
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: sqlx compares checksums, and refuses to run
          = help: restore the file, including its line endings, and put the change into a new migration
    "#]]);
    assert!(folder.migrate(&mut connection).await.is_err());
}

async fn not_in_the_folder(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let files = [MOOD, ADD, ("3_a.sql", "SELECT 1;"), ("4_b.sql", "SELECT 1;")];
    Folder::new(&files).migrate(&mut connection).await.expect("to go up");
    let folder = Folder::new(&files[..2]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 2 of 2 migrations applied, the last one 2
        nothing is pending
        error[not-in-folder]: 2 migrations applied to this database are not in the folder: 3, 4
         |
         = note: sqlx refuses to run without them
         = note: their changes to enums are unknown, and appear as drift
         = help: check that this is the right database, and that the folder is of the right release
    "#]]);
    assert!(folder.migrate(&mut connection).await.is_err());
}

async fn out_of_order(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ("3_c.sql", "SELECT 1;")]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write(ADD.0, ADD.1);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 2 of 3 migrations applied, the last one 3

        pending 2_add.sql
          public.size: created with none  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[out-of-order]: migration 2 is not applied, but later ones are
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: sqlx runs it after the later one where that is applied, but before it in a new database, so that the order of labels may differ
          = help: give it a version after the last applied one
    "#]]);
    folder.migrate(&mut connection).await.expect("to go up");
}

async fn hidden(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    let stranger = super::privileges::Stranger::new(&database, &mut connection).await;
    let said = folder.run_at("sqlx", &stranger.url, &["preflight"]);
    stranger.said(said, &database).check(&expect![[r#"
        Findings
        migrations (sqlx): the applied migrations are unknown
        warning[history-hidden]: public._sqlx_migrations may not be read, so the applied migrations are unknown
         |
         = help: connect as the user that migrates, or give the last applied migration with --at
    "#]]);
    stranger.drop(&mut connection).await;
}

async fn said_so(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD, ADD]);
    folder.run_as("plain", &database, &["preflight", "--at", "1"]).check(&expect![[r#"
        Clean
        migrations (plain): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.size: created with none  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        no problems found
    "#]]);
    let unknown = folder.run_as("plain", &database, &["preflight", "--at", "7"]);
    unknown.check(&expect![[r#"
        Failed
        error: no migration has the version `7`
        help: the nearest is `1`
    "#]]);
}

async fn two_tables(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)").await;
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        warning[other-history]: the database also has public.schema_migrations, in which dbmate records applied migrations
         |
         = help: check that only one of the two tools changes the types
    "#]]);
    folder.run_as("diesel", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (diesel): 0 of 0 migrations applied
        nothing is pending
        warning[other-history]: the database also has public._sqlx_migrations and 1 more, in which sqlx records applied migrations
         |
         = help: if the folder belongs to sqlx, add --tool sqlx
        warning[unreadable]: diesel finds no migration in the folder: it takes `<version>_<name>/up.sql` and `down.sql`
         --> migrations/1_mood.sql:1:1
          |
        1 |
          | ^
          |
          = note: the migration is recorded as applied, so the expected state of the types is unknown
          = help: name the tool that runs the folder with --tool
        note[no-history]: diesel has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
        note[unmanaged]: 1 enum in this database is in no migration: public.mood
    "#]]);
}

async fn two_schemas(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TABLE app._sqlx_migrations AS TABLE _sqlx_migrations",
    )
    .await;
    let said = folder.run(&database, &["preflight", "--history-schema", "app"]);
    said.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        warning[other-history]: the database also has public._sqlx_migrations, in which sqlx records applied migrations
         |
         = help: find out which one the tool uses, and give its schema with --history-schema
    "#]]);
}

async fn alembic(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        .await;
    run(&mut connection, "INSERT INTO alembic_version VALUES ('ae1027a6acf')").await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad', 'happy'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[other-history]: the database also has public.alembic_version, in which alembic records applied migrations
         |
         = help: if the folder belongs to alembic, add --tool alembic
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn plain(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.run_as("plain", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: the database has no record of applied migrations from `migrations`
        help: give the last applied migration with --at
    "#]]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.run_as("plain", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: the database has no record of applied migrations from `migrations`
        help: the database has public._sqlx_migrations of sqlx: see --tool; or give the last applied migration with --at
    "#]]);
}

/// The folder is of several tools; the database has the table of one.
async fn told_by_the_table(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
    )
    .await;
    run(&mut connection, "INSERT INTO schema_migrations VALUES (1, false)").await;
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[
        ("1_mood.up.sql", MOOD.1),
        ("1_mood.down.sql", "DROP TYPE mood;"),
        ("2_add.up.sql", ADD.1),
        ("2_add.down.sql", "DROP TYPE size;"),
    ]);
    folder.run_as("", &database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (golang-migrate): 1 of 2 migrations applied, the last one 1

        pending 2_add.up.sql
          public.size: created with none  (migrations/2_add.up.sql:1)

        as far as the statements show, this locks and rewrites no table
        no problems found
    "#]]);
}
