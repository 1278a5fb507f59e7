//! `--help`, with and without cargo in front.

use expect_test::expect;

use crate::harness::run;

#[test]
fn of_the_command() {
    run(&["pg-enum", "--help"], false).check(&expect![[r#"
        Clean
        --- out
        Keep Rust enums, PostgreSQL migrations and databases in agreement

        Usage: cargo pg-enum <COMMAND>

        Commands:
          check      Check that the migrations make the types that the enums say
          generate   Write the migrations that are missing, up and down
          record     Write what the migrations say to `pg-enum.record`, for build scripts that do not replay them
          list       List every enum that derives `PgEnum`, and how it stands to the migrations
          sql        Print the SQL of the enums
          state      Print every enum the migrations leave, and which of them made each label
          verify     Verify that a database has the types that the enums say
          ensure     Create the types, and add the labels, that a database lacks
          preflight  Look whether the pending migrations can run in a database, and at what they would do there
          dry-run    Run the pending migrations on a PostgreSQL of their own, which has a copy of the target's schema and is thrown away
          stamp      Record the next migration as applied, if its changes of enums are there already
          import     Print the enum types of a database as Rust enums, or write them to a file
          init       Set a package up: dependencies, build script and pre-commit hook
          help       Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Exit codes: 0 nothing to report, 1 findings, 2 could not run
    "#]]);
    assert_eq!(run(&["--help"], false).out, run(&["pg-enum", "--help"], false).out);
}

#[test]
fn of_state() {
    run(&["state", "--help"], false).check(&expect![[r#"
        Clean
        --- out
        Print every enum the migrations leave, and which of them made each label

        Usage: cargo pg-enum state [OPTIONS]

        Options:
              --migrations <DIR>
                  Read the migrations in this folder

                  [default: migrations]

              --tool <NAME>
                  Read them as this tool does, rather than as the folder looks

                  [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]

              --transaction <WHAT>
                  Assume one transaction around each of these, where the tool has a choice

                  [possible values: statement, file, all]

              --search-path <SCHEMA,…>
                  Start with these schemas on the search path, which are there already

                  [default: $user,public]

              --schema <SCHEMA,…>
                  Start with these schemas, which are there already, and no other but `public`

              --keep-going
                  Go on with the next migration where one is refused

              --at <VERSION>
                  Stop after this migration

              --format <FORMAT>
                  Print it in this form

                  Possible values:
                  - text: A table to read
                  - json: One array for programs

                  [default: text]

              --sql
                  Print the SQL that builds this state where there is nothing

          -h, --help
                  Print help (see a summary with '-h')
    "#]]);
}

#[test]
fn of_the_others() {
    run(&["check", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Check that the migrations make the types that the enums say

        Usage: cargo pg-enum check [OPTIONS]

        Options:
          -p, --package <NAME>          Look at this package; more than once for several
              --workspace               Look at all packages of the workspace
              --manifest-path <PATH>    Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>        Read the migrations in this folder
              --tool <NAME>             Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>       Start with these schemas, which are there already, and no other but `public`
              --format <FORMAT>         Print the problems in this form [default: text] [possible values: text, json, github, sarif]
          -h, --help                    Print help (see more with '--help')
    "#]]);
    run(&["generate", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Write the migrations that are missing, up and down

        Usage: cargo pg-enum generate [OPTIONS]

        Options:
          -p, --package <NAME>          Look at this package; more than once for several
              --workspace               Look at all packages of the workspace
              --manifest-path <PATH>    Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>        Read the migrations in this folder
              --tool <NAME>             Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>       Start with these schemas, which are there already, and no other but `public`
              --name <NAME>             Call the migration this; by default what it does
              --dry-run                 Print what would be written, and write nothing
              --format <FORMAT>         Print it in this form [default: text] [possible values: text, json]
          -h, --help                    Print help (see more with '--help')
    "#]]);
    run(&["list", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        List every enum that derives `PgEnum`, and how it stands to the migrations

        Usage: cargo pg-enum list [OPTIONS]

        Options:
          -p, --package <NAME>          Look at this package; more than once for several
              --workspace               Look at all packages of the workspace
              --manifest-path <PATH>    Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>        Read the migrations in this folder
              --tool <NAME>             Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>       Start with these schemas, which are there already, and no other but `public`
              --format <FORMAT>         Print it in this form [default: text] [possible values: text, json]
          -h, --help                    Print help (see more with '--help')
    "#]]);
    run(&["sql", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Print the SQL of the enums

        Usage: cargo pg-enum sql [OPTIONS] [ENUM]...

        Arguments:
          [ENUM]...  The enums, by the name of the enum, its path, or the name of the type; all if there are none

        Options:
          -p, --package <NAME>        Look at this package; more than once for several
              --workspace             Look at all packages of the workspace
              --manifest-path <PATH>  Read this Cargo.toml rather than the one of the current directory
              --up                    The statement that creates the type, or checks the one that is there, for a migration that goes up; the default [alias: --create]
              --down                  The statement that drops the type, for the migration's way down [alias: --drop]
              --format <FORMAT>       Print it in this form [default: text] [possible values: text, json]
          -h, --help                  Print help (see more with '--help')
    "#]]);
    run(&["import", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Print the enum types of a database as Rust enums, or write them to a file

        Usage: cargo pg-enum import [OPTIONS]

        Options:
              --database-url <URL>         The database; without this, `DATABASE_URL` says which, or else `PGHOST` and its like
              --connect-timeout <SECONDS>  Give up if there is no connection after so many seconds [default: 10]
              --schema <NAME,…>            Only the types of these schemas
              --type <NAME>                Only this type, by its name or with its schema in front; more than once for several
              --derive <TRAIT>             Derive this as well; more than once for several
              --out <FILE>                 Write to this file instead of standard output
              --force                      Write even if the file is none that was generated
              --sqlx-toml <FILE>           Say in this `sqlx.toml` which enum is which type, for the macros of sqlx
              --module <PATH>              The module that the enums are in, for `--sqlx-toml`; by default what `--out` looks like, or `crate::enums`
          -h, --help                       Print help
    "#]]);
    run(&["init", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Set a package up: dependencies, build script and pre-commit hook

        Usage: cargo pg-enum init [OPTIONS]

        Options:
          -p, --package <NAME>        Look at this package; more than once for several
              --workspace             Look at all packages of the workspace
              --manifest-path <PATH>  Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>      The folder that has the migrations, if it is not `migrations` beside the Cargo.toml
          -y, --yes                   Do it without asking
          -h, --help                  Print help
    "#]]);
}

#[test]
fn of_preflight() {
    run(&["preflight", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Look whether the pending migrations can run in a database, and at what they would do there

        Usage: cargo pg-enum preflight [OPTIONS]

        Options:
              --database-url <URL>          The database; without this, `DATABASE_URL` says which, or else `PGHOST` and its like
              --connect-timeout <SECONDS>   Give up if there is no connection after so many seconds [default: 10]
          -p, --package <NAME>              Look at this package; more than once for several
              --workspace                   Look at all packages of the workspace
              --manifest-path <PATH>        Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>            Read the migrations in this folder
              --tool <NAME>                 Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>          Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>      Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>           Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>     Look for the tool's own table in this schema first, and then on the search path
              --at <VERSION>                Take the migrations up to this one as applied, whatever has been recorded
              --long-transaction <SECONDS>  Report transactions that have been open for so many seconds [default: 60]
              --format <FORMAT>             Print it in this form [default: text] [possible values: text, json]
          -h, --help                        Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_dry_run() {
    run(&["dry-run", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Run the pending migrations on a PostgreSQL of their own, which has a copy of the target's schema and is thrown away

        Usage: cargo pg-enum dry-run [OPTIONS]

        Options:
              --database-url <URL>           The database; without this, `DATABASE_URL` says which, or else `PGHOST` and its like
              --connect-timeout <SECONDS>    Give up if there is no connection after so many seconds [default: 10]
          -p, --package <NAME>               Look at this package; more than once for several
              --workspace                    Look at all packages of the workspace
              --manifest-path <PATH>         Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>             Read the migrations in this folder
              --tool <NAME>                  Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>           Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>       Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>            Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>      Look for the tool's own table in this schema first, and then on the search path
              --on-target                    Run them on the target instead, in one transaction that is rolled back
              --at <VERSION>                 Take the migrations up to this one as applied, whatever has been recorded
              --from-nothing                 Start with an empty database rather than a copy of the target's schema, and run all migrations
              --with-data <TABLE,…>          Copy the rows of these tables as well
              --data-limit <ROWS>            Copy so many rows of each of them at most [default: 10000]
              --allow-extension <NAME,…>     Copy these extensions though they may reach files of this machine or other servers
              --postgres-bin <DIR>           Start the server of this directory, rather than look for an installed one
              --statement-timeout <SECONDS>  Give up a statement that takes longer than so many seconds [default: 60]
              --lock-timeout <SECONDS>       Give up a statement that waits for a lock for so many seconds [default: 3]
              --format <FORMAT>              Print the problems in this form [default: text] [possible values: text, json, github, sarif]
          -h, --help                         Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_stamp() {
    run(&["stamp", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Record the next migration as applied, if its changes of enums are there already

        Usage: cargo pg-enum stamp [OPTIONS] <VERSION>

        Arguments:
          <VERSION>  The migration: its version, or its name

        Options:
              --database-url <URL>         The database; without this, `DATABASE_URL` says which, or else `PGHOST` and its like
              --connect-timeout <SECONDS>  Give up if there is no connection after so many seconds [default: 10]
          -p, --package <NAME>             Look at this package; more than once for several
              --workspace                  Look at all packages of the workspace
              --manifest-path <PATH>       Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>           Read the migrations in this folder
              --tool <NAME>                Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>         Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>     Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>          Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>    Look for the tool's own table in this schema first, and then on the search path
              --lock-timeout <SECONDS>     Give up if the tool's lock is not free within so many seconds [default: 10]
          -h, --help                       Print help
    "#]]);
}

#[test]
fn version() {
    let run = run(&["pg-enum", "--version"], false);
    assert_eq!(run.out, concat!("cargo-pg-enum ", env!("CARGO_PKG_VERSION"), "\n"));
}
