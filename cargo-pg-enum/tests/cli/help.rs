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
              --name <NAME>             The name of the migration; by default it describes the change
              --dry-run                 Print the migrations, and write nothing
              --format <FORMAT>         Print the output in this format [default: text] [possible values: text, json]
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
          [ENUM]...  The enums, by Rust name, path or type name; the default is all

        Options:
          -p, --package <NAME>        Look at this package; more than once for several
              --workspace             Look at all packages of the workspace
              --manifest-path <PATH>  Read this Cargo.toml rather than the one of the current directory
              --up                    Print the statement that creates the type or checks the existing one, for the up migration (default) [alias: --create]
              --down                  Print the statement that drops the type, for the down migration [alias: --drop]
              --format <FORMAT>       Print the output in this format [default: text] [possible values: text, json]
          -h, --help                  Print help (see more with '--help')
    "#]]);
    run(&["import", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Print the enum types of a database as Rust enums, or write them to a file

        Usage: cargo pg-enum import [OPTIONS]

        Options:
              --database-url <URL>         The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --connect-timeout <SECONDS>  Stop if there is no connection after this many seconds [default: 10]
              --schema <NAME,…>            Import only the types in these schemas
              --type <NAME>                Import only this type, by name or as schema.name; can be repeated
              --derive <TRAIT>             Also derive this trait; can be repeated
              --out <FILE>                 Write to this file instead of standard output
              --force                      Replace the file even if this command did not generate it
              --sqlx-toml <FILE>           Add the type overrides for sqlx's macros to this `sqlx.toml`
              --module <PATH>              The module of the enums, for `--sqlx-toml`; by default derived from `--out`, or `crate::enums`
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
              --migrations <DIR>      The migrations folder; the default is `migrations` next to Cargo.toml
          -y, --yes                   Make all changes without asking
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
              --database-url <URL>          The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --connect-timeout <SECONDS>   Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>              Look at this package; more than once for several
              --workspace                   Look at all packages of the workspace
              --manifest-path <PATH>        Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>            Read the migrations in this folder
              --tool <NAME>                 Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>          Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>      Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>           Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>     Look for the tool's history table in this schema first, and then in search_path
              --at <VERSION>                Treat the migrations up to this one as applied, and ignore the recorded ones
              --long-transaction <SECONDS>  Report transactions that are open for longer than this many seconds [default: 60]
              --format <FORMAT>             Print the output in this format [default: text] [possible values: text, json]
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
              --database-url <URL>           The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --connect-timeout <SECONDS>    Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>               Look at this package; more than once for several
              --workspace                    Look at all packages of the workspace
              --manifest-path <PATH>         Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>             Read the migrations in this folder
              --tool <NAME>                  Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>           Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>       Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>            Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>      Look for the tool's history table in this schema first, and then in search_path
              --on-target                    Run them on the target instead, in one transaction that is rolled back
              --at <VERSION>                 Treat the migrations up to this one as applied, and ignore the recorded ones
              --from-nothing                 Start with an empty database instead of a copy, and run all migrations
              --with-data <TABLE,…>          Also copy the rows of these tables
              --data-limit <ROWS>            Copy at most this many rows of each table [default: 10000]
              --allow-extension <NAME,…>     Copy these extensions even if they may access files of this machine or other servers
              --postgres-bin <DIR>           Use the PostgreSQL server in this directory
              --statement-timeout <SECONDS>  Stop a statement that takes longer than this many seconds [default: 60]
              --lock-timeout <SECONDS>       Stop a statement that waits for a lock longer than this many seconds [default: 3]
              --format <FORMAT>              Print the problems in this format [default: text] [possible values: text, json, github, sarif]
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
          <VERSION>  The version or name of the migration

        Options:
              --database-url <URL>         The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --connect-timeout <SECONDS>  Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>             Look at this package; more than once for several
              --workspace                  Look at all packages of the workspace
              --manifest-path <PATH>       Read this Cargo.toml rather than the one of the current directory
              --migrations <DIR>           Read the migrations in this folder
              --tool <NAME>                Read them as this tool does, rather than as the folder looks [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, plain]
              --transaction <WHAT>         Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>     Start with these schemas on the search path, which are there already
              --schema <SCHEMA,…>          Start with these schemas, which are there already, and no other but `public`
              --history-schema <SCHEMA>    Look for the tool's history table in this schema first, and then in search_path
              --lock-timeout <SECONDS>     Stop if the tool's lock is not free after this many seconds [default: 10]
          -h, --help                       Print help
    "#]]);
}

#[test]
fn version() {
    let run = run(&["pg-enum", "--version"], false);
    assert_eq!(run.out, concat!("cargo-pg-enum ", env!("CARGO_PKG_VERSION"), "\n"));
}
