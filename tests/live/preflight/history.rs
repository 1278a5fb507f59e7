//! What the tools have recorded.

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
    diesel,
    refinery,
    dbmate,
    golang_migrate,
    golang_migrate_dirty,
    goose,
    flyway,
    prisma,
    drizzle,
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
         = note: Alembic is at revision ae1027a6acf
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

async fn diesel(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
           run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000'), ('20230101000000');
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[
        ("2024-01-01-000000_mood/up.sql", MOOD.1),
        ("2024-01-02-000000_add/up.sql", ADD.1),
    ]);
    folder.run_as("diesel", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (diesel): 1 of 2 migrations applied, the last one 20240101000000

        pending 2024-01-02-000000_add
          public.size: created with none  (migrations/2024-01-02-000000_add/up.sql:1)

        no table is locked or rewritten for that, as far as the statements show
        warning[not-in-folder]: 1 migration applied here is not in the folder: 20230101000000
         |
         = note: what they have done to enums is not known, and looks like drift
         = help: see that this is the right database, and the folder of the release that goes there
    "#]]);
}

async fn refinery(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255),
           applied_on VARCHAR(255), checksum VARCHAR(255));
         INSERT INTO refinery_schema_history VALUES
           (1, 'initial', '2024-01-01T00:00:00Z', '11633519601802490539'),
           (2, 'two', '2024-01-01T00:00:00Z', '1');
         CREATE TYPE mood AS ENUM ('sad')",
    )
    .await;
    let folder = Folder::new(&[
        // What it has recorded is what refinery 0.10 computes of this.
        ("V1__initial.sql", "CREATE TYPE mood AS ENUM ('sad');\n"),
        ("V2__two.sql", "SELECT 1;"),
        ("V3__add.sql", ADD.1),
    ]);
    folder.run_as("refinery", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (refinery): 2 of 3 migrations applied, the last one 2

        pending V3__add.sql
          public.size: created with none  (migrations/V3__add.sql:1)

        no table is locked or rewritten for that, as far as the statements show
        error[checksum]: migration 2 is not what it was when refinery applied it
         --> migrations/V2__two.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: refinery compares checksums, and runs nothing
          = help: restore the file as it was, line ends included, and put the change into a new migration
    "#]]);
}

async fn dbmate(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY);
         INSERT INTO schema_migrations VALUES ('1'); CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let up = |text: &str| format!("-- migrate:up\n{text}\n-- migrate:down\n");
    let folder = Folder::new(&[(MOOD.0, &up(MOOD.1)), (ADD.0, &up(ADD.1))]);
    folder.run_as("dbmate", &database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (dbmate): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.size: created with none  (migrations/2_add.sql:2)

        no table is locked or rewritten for that, as far as the statements show
        nothing is in the way
    "#]]);
}

async fn golang_migrate(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
         INSERT INTO schema_migrations VALUES (2, false);
         CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE size AS ENUM ()",
    )
    .await;
    let folder = Folder::new(&[
        ("1_mood.up.sql", MOOD.1),
        ("2_add.up.sql", ADD.1),
        ("3_more.up.sql", "CREATE TYPE more AS ENUM ();"),
    ]);
    folder.run_as("golang-migrate", &database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (golang-migrate): 2 of 3 migrations applied, the last one 2

        pending 3_more.up.sql
          public.more: created with none  (migrations/3_more.up.sql:1)

        no table is locked or rewritten for that, as far as the statements show
        nothing is in the way
    "#]]);
}

async fn golang_migrate_dirty(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
         INSERT INTO schema_migrations VALUES (2, true); CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[("1_mood.up.sql", MOOD.1), ("2_add.up.sql", ADD.1)]);
    folder.run_as("golang-migrate", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (golang-migrate): 1 of 2 migrations applied, the last one 1

        pending 2_add.up.sql
          public.size: created with none  (migrations/2_add.up.sql:1)

        no table is locked or rewritten for that, as far as the statements show
        error[failed-migration]: golang-migrate has recorded migration 2 as dirty, and does not go on from there
         --> migrations/2_add.up.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: what it has done may be there in part, or in full; one that runs right now looks the same
          = help: see what is there, finish it or undo it, and then set the version with `migrate force VERSION`
    "#]]);
}

async fn goose(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,
           is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());
         INSERT INTO goose_db_version (version_id, is_applied) VALUES
           (0, true), (1, true), (2, true), (2, false), (3, true);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let up = |text: &str| format!("-- +goose Up\n{text}\n");
    let folder =
        Folder::new(&[(MOOD.0, &up(MOOD.1)), (ADD.0, &up(ADD.1)), ("3_c.sql", &up("SELECT 1;"))]);
    folder.run_as("goose", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (goose): 2 of 3 migrations applied, the last one 3
        nothing is pending
        error[out-of-order]: migration 2 has not been applied, though later ones have
         --> migrations/2_add.sql:2:1
          |
        2 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: goose refuses that, unless it is told otherwise
          = help: give it a version after the last one that has been applied
    "#]]);
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
         INSERT INTO flyway_schema_history VALUES
           (1, '1.1', '<< Flyway Baseline >>', 'BASELINE', '', NULL, 'me', now(), 0, true),
           (2, '1.2', 'two', 'SQL', 'V1_2__two.sql', 1, 'me', now(), 0, true),
           (3, '1.3', 'three', 'SQL', 'V1_3__three.sql', NULL, 'me', now(), 0, true),
           (4, '1.3', 'three', 'UNDO_SQL', 'U1_3__three.sql', NULL, 'me', now(), 0, true),
           (5, NULL, 'view', 'SQL', 'R__view.sql', 1, 'me', now(), 0, true),
           (6, '1.4', 'four', 'SQL', 'V1_4__four.sql', NULL, 'me', now(), 0, false);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[
        ("V1__mood.sql", MOOD.1),
        ("V1_2__two.sql", "SELECT 1;"),
        ("V1_3__three.sql", "SELECT 1;"),
        ("V1_4__four.sql", ADD.1),
        ("R__view.sql", "SELECT 1;"),
    ]);
    folder.run_as("flyway", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (flyway): 2 of 5 migrations applied, the last one 1.2

        pending V1_3__three.sql: nothing about enums
        pending V1_4__four.sql
          public.size: created with none  (migrations/V1_4__four.sql:1)
        pending R__view.sql: nothing about enums

        no table is locked or rewritten for that, as far as the statements show
        error[failed-migration]: flyway has recorded migration 1.4 as failed, and does not go on from there
         --> migrations/V1_4__four.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: what it has done may be there in part, or in full; one that runs right now looks the same
          = help: see what is there, undo it, and then run `flyway repair`
        error[checksum]: migration 1.2 is not what it was when flyway applied it
         --> migrations/V1_2__two.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: flyway compares checksums, and runs nothing
          = help: restore the file as it was, line ends included, and put the change into a new migration
    "#]]);
}

async fn prisma(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL,
           finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,
           rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
           applied_steps_count INTEGER NOT NULL DEFAULT 0);
         INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, rolled_back_at) VALUES
           ('a', 'x', '1_mood', now(), NULL), ('b', 'x', '2_add', NULL, now()), ('c', 'x', '3_c', NULL, NULL);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[
        ("1_mood/migration.sql", MOOD.1),
        ("2_add/migration.sql", ADD.1),
        ("3_c/migration.sql", "SELECT 1;"),
    ]);
    folder.run_as("prisma", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (prisma): 1 of 3 migrations applied, the last one 1_mood

        pending 2_add
          public.size: created with none  (migrations/2_add/migration.sql:1)
        pending 3_c: nothing about enums

        no table is locked or rewritten for that, as far as the statements show
        error[failed-migration]: prisma has recorded migration 3_c as unfinished, and does not go on from there
         --> migrations/3_c/migration.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: what it has done may be there in part, or in full; one that runs right now looks the same
          = help: see what is there, and then run `prisma migrate resolve` with --applied or --rolled-back
        warning[checksum]: migration 1_mood is not what it was when prisma applied it
         --> migrations/1_mood/migration.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: prisma goes on; what has changed in the file has not happened in this database
          = help: put the change into a new migration
    "#]]);
}

async fn drizzle(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE SCHEMA drizzle;
         CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL,
           created_at bigint);
         INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('x', 1000);
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let journal = r#"{"entries": [{"idx": 0, "when": 1000, "tag": "0000_mood", "breakpoints": true},
        {"idx": 1, "when": 2000, "tag": "0001_add", "breakpoints": true}]}"#;
    let folder = Folder::new(&[
        ("0000_mood.sql", MOOD.1),
        ("0001_add.sql", ADD.1),
        ("meta/_journal.json", journal),
    ]);
    folder.run_as("drizzle", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (drizzle): 1 of 2 migrations applied, the last one 0000_mood

        pending 0001_add.sql
          public.size: created with none  (migrations/0001_add.sql:1)

        no table is locked or rewritten for that, as far as the statements show
        warning[checksum]: migration 0000_mood is not what it was when drizzle applied it
         --> migrations/0000_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: drizzle goes on; what has changed in the file has not happened in this database
          = help: put the change into a new migration
    "#]]);
}
