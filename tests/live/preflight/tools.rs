//! What the tools have recorded, each in its own way.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![
    diesel,
    refinery,
    dbmate,
    golang_migrate,
    golang_migrate_dirty,
    goose,
    flyway,
    prisma,
    drizzle
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "CREATE TYPE size AS ENUM ();");

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

        as far as the statements show, this locks and rewrites no table
        warning[not-in-folder]: 1 migration applied to this database is not in the folder: 20230101000000
         |
         = note: their changes to enums are unknown, and appear as drift
         = help: check that this is the right database, and that the folder is of the right release
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

        as far as the statements show, this locks and rewrites no table
        error[checksum]: migration 2 has changed since refinery applied it
         --> migrations/V2__two.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: refinery compares checksums, and refuses to run
          = help: restore the file, including its line endings, and put the change into a new migration
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

        as far as the statements show, this locks and rewrites no table
        no problems found
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

        as far as the statements show, this locks and rewrites no table
        no problems found
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

        as far as the statements show, this locks and rewrites no table
        error[failed-migration]: golang-migrate has recorded migration 2 as dirty, and runs no further migrations
         --> migrations/2_add.up.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: it may have been applied partly or fully; a migration that is running now looks the same
          = help: check the state of the database, complete or undo the migration, and then set the version with `migrate force VERSION`
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
        error[out-of-order]: migration 2 is not applied, but later ones are
         --> migrations/2_add.sql:2:1
          |
        2 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: by default, goose refuses to run where the later one is applied
          = help: give it a version after the last applied one
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

        pending V1_3__three.sql: no changes to enums
        pending V1_4__four.sql
          public.size: created with none  (migrations/V1_4__four.sql:1)
        pending R__view.sql: no changes to enums

        as far as the statements show, this locks and rewrites no table
        error[failed-migration]: flyway has recorded migration 1.4 as failed, and runs no further migrations
         --> migrations/V1_4__four.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: it may have been applied partly or fully; a migration that is running now looks the same
          = help: check the state of the database, undo the migration, and then run `flyway repair`
        error[checksum]: migration 1.2 has changed since flyway applied it
         --> migrations/V1_2__two.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: flyway compares checksums, and refuses to run
          = help: restore the file, including its line endings, and put the change into a new migration
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
        pending 3_c: no changes to enums

        as far as the statements show, this locks and rewrites no table
        error[failed-migration]: prisma has recorded migration 3_c as unfinished, and runs no further migrations
         --> migrations/3_c/migration.sql:1:1
          |
        1 | SELECT 1;
          | ^^^^^^^^^
          |
          = note: it may have been applied partly or fully; a migration that is running now looks the same
          = help: check the state of the database, and then run `prisma migrate resolve` with --applied or --rolled-back
        warning[checksum]: migration 1_mood has changed since prisma applied it
         --> migrations/1_mood/migration.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: prisma continues, but the change in the file was not applied to this database
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

        as far as the statements show, this locks and rewrites no table
        warning[checksum]: migration 0000_mood has changed since drizzle applied it
         --> migrations/0000_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: drizzle continues, but the change in the file was not applied to this database
          = help: put the change into a new migration
    "#]]);
}
