//! What more tools have recorded, and those of which nothing is read.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![supabase, sql_migrate, node_pg_migrate, graphile_migrate, not_read];

const MOOD: &str = "CREATE TYPE mood AS ENUM ('sad', 'happy');\n";
const ADD: &str = "CREATE TYPE size AS ENUM ();\n";

async fn supabase(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE SCHEMA supabase_migrations;
         CREATE TABLE supabase_migrations.schema_migrations
           (version text NOT NULL PRIMARY KEY, statements text[], name text);
         INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000000', '{}', 'mood');
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let folder = Folder::new(&[("20240101000000_mood.sql", MOOD), ("20240102000000_add.sql", ADD)]);
    folder.run_as("supabase", &database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (supabase): 1 of 2 migrations applied, the last one 20240101000000

        pending 20240102000000_add.sql
          public.size: created with none  (migrations/20240102000000_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        no problems found
    "#]]);
}

async fn sql_migrate(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamptz);
         INSERT INTO gorp_migrations VALUES ('1_mood.sql', now());
         CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE size AS ENUM ()",
    )
    .await;
    let up = |text: &str| format!("-- +migrate Up\n{text}");
    let folder = Folder::new(&[("1_mood.sql", &up(MOOD)), ("2_add.sql", &up(ADD))]);
    folder.run_as("sql-migrate", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sql-migrate): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.size: created with none  (migrations/2_add.sql:2)

        as far as the statements show, this locks and rewrites no table
        error[exists-same]: public.size already exists with the labels that this statement would give it
         --> migrations/2_add.sql:2:1
          |
        2 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: CREATE TYPE fails with SQLSTATE 42710
          = help: if the whole migration was run by hand, run `cargo pg-enum stamp 2`
    "#]]);
    folder.run_as("sql-migrate", &database, &["stamp", "2"]).check(&expect![[r#"
        Clean
        recorded in public.gorp_migrations
          id  2_add.sql
    "#]]);
}

async fn node_pg_migrate(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE TABLE pgmigrations (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
         INSERT INTO pgmigrations (name, run_on) VALUES ('1500000000000_mood', now());
         CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE size AS ENUM ()",
    )
    .await;
    let folder = Folder::new(&[("1500000000000_mood.sql", MOOD), ("1600000000000_add.sql", ADD)]);
    folder.run_as("node-pg-migrate", &database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (node-pg-migrate): 1 of 2 migrations applied, the last one 1500000000000

        pending 1600000000000_add.sql
          public.size: created with none  (migrations/1600000000000_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[exists-same]: public.size already exists with the labels that this statement would give it
         --> migrations/1600000000000_add.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: CREATE TYPE fails with SQLSTATE 42710
          = help: if the whole migration was run by hand, run `cargo pg-enum stamp 1600000000000`
    "#]]);
    folder.run_as("node-pg-migrate", &database, &["stamp", "1600000000000"]).check(&expect![[r#"
        Clean
        recorded in public.pgmigrations
          name  1600000000000_add
    "#]]);
}

async fn graphile_migrate(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(
        &mut connection,
        "CREATE SCHEMA graphile_migrate;
         CREATE TABLE graphile_migrate.migrations (hash text primary key,
           previous_hash text references graphile_migrate.migrations, filename text not null,
           date timestamptz not null default now());
         INSERT INTO graphile_migrate.migrations VALUES ('sha1:1', NULL, '000001.sql');
         CREATE TYPE mood AS ENUM ('sad', 'happy')",
    )
    .await;
    let first = format!("--! Previous: -\n--! Hash: sha1:1\n\n{MOOD}");
    let folder = Folder::new(&[("committed/000001.sql", &first), ("current.sql", ADD)]);
    folder.run_as("graphile-migrate", &database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (graphile-migrate): 1 of 2 migrations applied, the last one 000001

        pending current.sql
          public.size: created with none  (migrations/current.sql:1)

        as far as the statements show, this locks and rewrites no table
        no problems found
    "#]]);
}

async fn not_read(database: Database) {
    let folder = Folder::new(&[("001_mood.sql", MOOD)]);
    folder.run_as("tern", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: the history of tern is not read, so it is unknown which migrations of `migrations` are applied
        help: give the last applied migration with --at
    "#]]);
    folder.run_as("plain", &database, &["preflight"]).check(&expect![[r#"
        Failed
        error: the database has no record of applied migrations from `migrations`
        help: give the last applied migration with --at
    "#]]);
}
