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

        no table is locked or rewritten for that, as far as the statements show
        note[no-history]: sqlx has recorded nothing here yet: every migration is pending
         |
         = note: there is no table of its own on the search path; --history-schema names another schema
        nothing is in the way
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
        nothing is in the way
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

        no table is locked or rewritten for that, as far as the statements show
        error[failed-migration]: sqlx has recorded migration 2 as failed, and does not go on from there
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: what it has done may be there in part, or in full; one that runs right now looks the same
          = help: see what is there, undo it, and then delete the row of the migration
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
        error[checksum]: migration 2 is not what it was when sqlx applied it
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: sqlx compares checksums, and runs nothing
          = help: restore the file as it was, line ends included, and put the change into a new migration
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
        error[not-in-folder]: 2 migrations applied here are not in the folder: 3, 4
         |
         = note: sqlx refuses to go on without them
         = note: what they have done to enums is not known, and looks like drift
         = help: see that this is the right database, and the folder of the release that goes there
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

        no table is locked or rewritten for that, as far as the statements show
        warning[out-of-order]: migration 2 has not been applied, though later ones have
         --> migrations/2_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: sqlx runs it now, after those
          = help: give it a version after the last one that has been applied
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
        migrations (sqlx): what has been applied is not known
        warning[history-hidden]: public._sqlx_migrations may not be read, so what has been applied is not known
         |
         = help: connect as the user that migrates, or say with --at which migration was the last one
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

        no table is locked or rewritten for that, as far as the statements show
        nothing is in the way
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
        warning[other-history]: the database has public.schema_migrations as well, in which dbmate records what it has applied
         |
         = help: see that only one of the two tools migrates the types
    "#]]);
    folder.run_as("diesel", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (diesel): 0 of 0 migrations applied
        nothing is pending
        warning[other-history]: the database has public._sqlx_migrations and 1 more as well, in which sqlx records what it has applied
         |
         = help: if the folder is sqlx's, say --tool sqlx
        note[no-history]: diesel has recorded nothing here yet: every migration is pending
         |
         = note: there is no table of its own on the search path; --history-schema names another schema
        note[unmanaged]: 1 enum here is in no migration: public.mood
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
        warning[other-history]: the database has public._sqlx_migrations as well, in which sqlx records what it has applied
         |
         = help: see which one the tool uses; --history-schema names its schema
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

        no table is locked or rewritten for that, as far as the statements show
        warning[other-history]: the database has public.alembic_version as well, in which alembic records what it has applied
         |
         = note: Alembic's migrations are Python, which is not read: what they do to enums is not known
         = help: see with `alembic current` where they have got
        note[no-history]: sqlx has recorded nothing here yet: every migration is pending
         |
         = note: there is no table of its own on the search path; --history-schema names another schema
    "#]]);
}

async fn plain(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.run_as("plain", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: nothing records which migrations of migrations have been applied
        help: say with --at which was the last one
    "#]]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.run_as("plain", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: nothing records which migrations of migrations have been applied
        help: the database has public._sqlx_migrations, which is sqlx's: see --tool; or say with --at which was the last one
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

        no table is locked or rewritten for that, as far as the statements show
        nothing is in the way
    "#]]);
}
