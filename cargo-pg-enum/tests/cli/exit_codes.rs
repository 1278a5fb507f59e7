//! What cannot be done at all, and the exit codes.

use std::process::ExitCode;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Project, run};

#[test]
fn they_are_0_1_and_2() {
    let codes = [Status::Clean, Status::Findings, Status::Failed].map(ExitCode::from);
    assert_eq!(codes, [0, 1, 2].map(ExitCode::from));
}

#[test]
fn no_such_folder() {
    run(&["state", "--migrations", "no/such\u{1b}/folder"], false).check(&expect![[r#"
        Failed
        --- err
        error: no/such\u{1b}/folder does not exist
        help: give the folder of the migrations with --migrations DIR
    "#]]);
}

#[test]
fn no_folder_at_all() {
    let project = Project::new(&[("1_a.sql", "SELECT 1;")]);
    let file = project.root().join("1_a.sql");
    let run = run(&["state", "--migrations", file.to_str().unwrap()], false);
    assert_eq!(run.status, Status::Failed);
    assert!(run.err.contains("1_a.sql is not a directory\nhelp: "), "{}", run.err);
}

#[test]
fn nothing_that_is_a_migration() {
    let project = Project::new(&[("notes.txt", "SELECT 1;")]);
    project.state(&[]).check(&expect![[r#"
        Failed
        --- err
        error: nothing in migrations looks like a migration; if this is the right folder, name the tool with --tool NAME (sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain)
    "#]]);
    project.state(&["--tool", "sqlx"]).check(&expect![[r#"
        Clean
        --- err
        no enums after 0 migrations
    "#]]);
}

#[test]
fn unknown_version() {
    let files = ["20240101", "20240202", "20240303"].map(|version| format!("{version}_a.sql"));
    let files: Vec<_> = files.iter().map(|name| (name.as_str(), "SELECT 1;")).collect();
    let project = Project::new(&files);
    project.state(&["--at", "20240220"]).check(&expect![[r#"
        Failed
        --- err
        error: no migration has the version `20240220`
        help: the nearest is `20240202`, the last is `20240303`
    "#]]);
    project.state(&["--at", "20240304"]).check(&expect![[r#"
        Failed
        --- err
        error: no migration has the version `20240304`
        help: the last is `20240303`
    "#]]);
    let empty = Project::new(&[]);
    empty.state(&["--at", "1", "--tool", "sqlx"]).check(&expect![[r#"
        Failed
        --- err
        error: no migration has the version `1`
        help: the folder contains no migrations
    "#]]);
    let long = "9".repeat(100_000);
    assert_eq!(project.state(&["--at", &long]).status, Status::Failed);
}

#[test]
fn usage() {
    run(&["state", "--sql", "--format", "json"], false).check(&expect![[r#"
        Failed
        --- err
        error: the argument '--sql' cannot be used with '--format <FORMAT>'

        Usage: cargo pg-enum state --sql

        For more information, try '--help'.
    "#]]);
    run(&["state", "--tool", "slqx"], false).check(&expect![[r#"
        Failed
        --- err
        error: invalid value 'slqx' for '--tool <NAME>'
          [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]

          tip: a similar value exists: 'sqlx'

        For more information, try '--help'.
    "#]]);
    run(&["stat"], false).check(&expect![[r#"
        Failed
        --- err
        error: unrecognized subcommand 'stat'

          tip: some similar subcommands exist: 'stamp', 'state'

        Usage: cargo pg-enum [OPTIONS] <COMMAND>

        For more information, try '--help'.
    "#]]);
    assert_eq!(run(&[], false).status, Status::Failed);
}
