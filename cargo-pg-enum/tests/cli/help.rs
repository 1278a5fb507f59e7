//! `--help`, with and without cargo in front.

use expect_test::expect;

use crate::harness::run;

#[test]
fn of_the_command() {
    run(&["pg-enum", "--help"], false).check(&expect![[r#"
        Clean
        --- out
        Keep Rust enums, PostgreSQL migrations and databases in agreement

        Usage: cargo pg-enum [OPTIONS] <COMMAND>

        Commands:
          check      Compare the enums and models with the migrations
          lint       Find mistakes in migrations of enums
          explain    Explain a code of a finding
          generate   Write the migrations that are missing
          diff       Print the SQL that changes a database to match the enums
          online     Replace types in a database while it is in use
          record     Write a record for build scripts
          list       List all enums and their state
          sql        Print the SQL of the enums
          state      Print the enums, and the tables, that migrations leave
          verify     Compare the enums with a database
          ensure     Create missing types in a database
          smoke      Try a row for each label in a database
          preflight  Examine a database before migrations run
          dry-run    Run pending migrations on a copy
          stamp      Record a migration as already applied
          import     Write a database's types as enums
          adopt      Rewrite enums to derive `PgEnum`
          init       Set up a package for checks
          help       Print help for a command

        Options:
              --metrics <FILE>  Write durations and counts to this file, as OpenMetrics text
          -h, --help            Print help
          -V, --version         Print version

        Exit codes: 0 no findings, 1 findings, 2 could not run. Warnings of `check` and `lint` are not findings.
    "#]]);
    assert_eq!(run(&["--help"], false).out, run(&["pg-enum", "--help"], false).out);
}

#[test]
fn of_state() {
    run(&["state", "--help"], false).check(&expect![[r#"
        Clean
        --- out
        Print the enums, and the tables, that migrations leave

        Each label and each column has the migration that made it. No database is needed.

        Usage: cargo pg-enum state [OPTIONS]

        Options:
              --metrics <FILE>
                  Write durations and counts to this file, as OpenMetrics text

              --migrations <DIR>
                  Read the migrations of this folder

              --tool <NAME>
                  Read them by the rules of this tool instead of the detected one

                  [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]

              --transaction <WHAT>
                  Assume one transaction around each of these, where the tool has a choice

                  [possible values: statement, file, all]

              --search-path <SCHEMA,…>
                  The search path when the migrations start; its schemas exist

              --schema <SCHEMA,…>
                  The only schemas that exist when the migrations start, besides `public`

              --keep-going
                  Continue with the next migration after a refused one

              --at <VERSION>
                  Stop after this migration

              --tables
                  Print tables and views with their columns as well

              --format <FORMAT>
                  Output format

                  Possible values:
                  - text: A table
                  - json: JSON

                  [default: text]

              --sql
                  Print the SQL that creates these enums, and the columns of these tables, in an empty database

          -h, --help
                  Print help (see a summary with '-h')
    "#]]);
}

#[test]
fn of_those_that_compare() {
    run(&["check", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Compare the enums and models with the migrations

        Usage: cargo pg-enum check [OPTIONS]

        Options:
              --metrics <FILE>          Write durations and counts to this file, as OpenMetrics text
          -p, --package <NAME>          Use this package; repeat the option for several
              --workspace               Use all packages of the workspace
              --manifest-path <PATH>    Use this Cargo.toml instead of the current directory's
              --migrations <DIR>        Read the migrations of this folder
              --tool <NAME>             Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>       The only schemas that exist when the migrations start, besides `public`
              --deny <CODE>             Report this warning as an error; repeat the option for several [possible values: extra, column-null]
              --format <FORMAT>         Output format [default: text] [possible values: text, json, github, sarif, gitlab]
          -h, --help                    Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_the_others_that_write() {
    run(&["generate", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Write the migrations that are missing

        Usage: cargo pg-enum generate [OPTIONS]

        Options:
              --metrics <FILE>          Write durations and counts to this file, as OpenMetrics text
          -p, --package <NAME>          Use this package; repeat the option for several
              --workspace               Use all packages of the workspace
              --manifest-path <PATH>    Use this Cargo.toml instead of the current directory's
              --migrations <DIR>        Read the migrations of this folder
              --tool <NAME>             Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>       The only schemas that exist when the migrations start, besides `public`
              --name <NAME>             The name of the migration; by default it describes the change
              --database-url <URL>      Read from this database, instead of the migrations, what depends on types whose labels are removed, reordered or retired
              --down <DOWN>             What becomes of added labels on the way back [default: keep] [possible values: keep, swap]
              --retire                  Retire labels that no variant has: keep them in the type, and forbid them in its columns
              --allow-destructive       Also write steps that remove labels or change rows
              --head <HEAD>             Write for this head of Alembic's graph, such as `web@head`, where branches are kept apart
              --dry-run                 Print the migrations, and write nothing
              --format <FORMAT>         Print the output in this format [default: text] [possible values: text, json]
          -h, --help                    Print help (see more with '--help')
    "#]]);
    run(&["list", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        List all enums and their state

        Usage: cargo pg-enum list [OPTIONS]

        Options:
              --metrics <FILE>          Write durations and counts to this file, as OpenMetrics text
          -p, --package <NAME>          Use this package; repeat the option for several
              --workspace               Use all packages of the workspace
              --manifest-path <PATH>    Use this Cargo.toml instead of the current directory's
              --migrations <DIR>        Read the migrations of this folder
              --tool <NAME>             Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>      Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>  The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>       The only schemas that exist when the migrations start, besides `public`
              --models                  List the models instead
              --format <FORMAT>         Output format [default: text] [possible values: text, json]
          -h, --help                    Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_those_for_sql_and_set_up() {
    run(&["sql", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Print the SQL of the enums

        Usage: cargo pg-enum sql [OPTIONS] [ENUM]...

        Arguments:
          [ENUM]...  The enums, by Rust name, path or type name; the default is all

        Options:
              --metrics <FILE>        Write durations and counts to this file, as OpenMetrics text
          -p, --package <NAME>        Use this package; repeat the option for several
              --workspace             Use all packages of the workspace
              --manifest-path <PATH>  Use this Cargo.toml instead of the current directory's
              --up                    Print the statement that creates the type or checks the existing one, for the up migration (default) [alias: --create]
              --down                  Print the statement that drops the type, for the down migration [alias: --drop]
              --format <FORMAT>       Print the output in this format [default: text] [possible values: text, json]
          -h, --help                  Print help (see more with '--help')
    "#]]);
    run(&["import", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Write a database's types as enums

        Usage: cargo pg-enum import [OPTIONS]

        Options:
              --database-url <URL>         The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --metrics <FILE>             Write durations and counts to this file, as OpenMetrics text
              --connect-timeout <SECONDS>  Stop if there is no connection after this many seconds [default: 10]
              --schema <NAME,…>            Import only the types in these schemas
              --type <NAME>                Import only this type, by name or as schema.name; can be repeated
              --derive <TRAIT>             Also derive this trait; can be repeated
              --models                     Also write a struct for each table
              --table <NAME>               Write a struct for this table only, by name or as schema.name; can be repeated
              --derive-model <TRAIT>       Also derive this trait for structs, as `sqlx::FromRow`; can be repeated
              --types-of <CRATE,…>         Use the types of these crates for columns; by default, of those that the package depends on [possible values: chrono, time, uuid, serde_json, rust_decimal, bigdecimal, ipnetwork, bit-vec, mac_address]
              --out <FILE>                 Write to this file instead of standard output
              --force                      Replace the file even if this command did not generate it
              --sqlx-toml <FILE>           Add the type overrides for sqlx's macros to this `sqlx.toml`
              --module <PATH>              The module of the enums, for `--sqlx-toml`; by default derived from `--out`, or `crate::enums`
          -h, --help                       Print help (see more with '--help')
    "#]]);
    run(&["init", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Set up a package for checks

        Usage: cargo pg-enum init [OPTIONS]

        Options:
              --metrics <FILE>        Write durations and counts to this file, as OpenMetrics text
          -p, --package <NAME>        Use this package; repeat the option for several
              --workspace             Use all packages of the workspace
              --manifest-path <PATH>  Use this Cargo.toml instead of the current directory's
              --migrations <DIR>      The migrations folder; the default is `migrations` next to Cargo.toml
          -y, --yes                   Make all changes without asking
          -h, --help                  Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_preflight() {
    run(&["preflight", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Examine a database before migrations run

        Usage: cargo pg-enum preflight [OPTIONS]

        Options:
              --database-url <URL>          The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --metrics <FILE>              Write durations and counts to this file, as OpenMetrics text
              --connect-timeout <SECONDS>   Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>              Use this package; repeat the option for several
              --workspace                   Use all packages of the workspace
              --manifest-path <PATH>        Use this Cargo.toml instead of the current directory's
              --migrations <DIR>            Read the migrations of this folder
              --tool <NAME>                 Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>          Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>      The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>           The only schemas that exist when the migrations start, besides `public`
              --history-schema <SCHEMA>     Look for the tool's history table in this schema first, and then in `search_path`
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
        Run pending migrations on a copy

        Usage: cargo pg-enum dry-run [OPTIONS]

        Options:
              --database-url <URL>           The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --metrics <FILE>               Write durations and counts to this file, as OpenMetrics text
              --connect-timeout <SECONDS>    Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>               Use this package; repeat the option for several
              --workspace                    Use all packages of the workspace
              --manifest-path <PATH>         Use this Cargo.toml instead of the current directory's
              --migrations <DIR>             Read the migrations of this folder
              --tool <NAME>                  Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>           Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>       The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>            The only schemas that exist when the migrations start, besides `public`
              --history-schema <SCHEMA>      Look for the tool's history table in this schema first, and then in `search_path`
              --on-target                    Run them on the target itself, in one transaction that is rolled back
              --at <VERSION>                 Treat the migrations up to this one as applied, and ignore the recorded ones
              --from-nothing                 Start with an empty database instead of a copy, and run all migrations
              --with-data <TABLE,…>          Also copy the rows of these tables
              --data-limit <ROWS>            Copy at most this many rows of each table [default: 10000]
              --allow-extension <NAME,…>     Copy these extensions even if they may access files of this machine or other servers
              --postgres-bin <DIR>           Use the PostgreSQL server in this directory
              --statement-timeout <SECONDS>  Stop a statement that takes longer than this many seconds [default: 60]
              --lock-timeout <SECONDS>       Stop a statement that waits for a lock longer than this many seconds [default: 3]
              --format <FORMAT>              Print the problems in this format [default: text] [possible values: text, json, github, sarif, gitlab]
          -h, --help                         Print help (see more with '--help')
    "#]]);
}

#[test]
fn of_stamp() {
    run(&["stamp", "-h"], false).check(&expect![[r#"
        Clean
        --- out
        Record a migration as already applied

        Usage: cargo pg-enum stamp [OPTIONS] <VERSION>

        Arguments:
          <VERSION>  The version or name of the migration

        Options:
              --database-url <URL>         The database; the default is `DATABASE_URL`, or else `PGHOST` and similar variables
              --metrics <FILE>             Write durations and counts to this file, as OpenMetrics text
              --connect-timeout <SECONDS>  Stop if there is no connection after this many seconds [default: 10]
          -p, --package <NAME>             Use this package; repeat the option for several
              --workspace                  Use all packages of the workspace
              --manifest-path <PATH>       Use this Cargo.toml instead of the current directory's
              --migrations <DIR>           Read the migrations of this folder
              --tool <NAME>                Read them by the rules of this tool instead of the detected one [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain]
              --transaction <WHAT>         Assume one transaction around each of these, where the tool has a choice [possible values: statement, file, all]
              --search-path <SCHEMA,…>     The search path when the migrations start; its schemas exist
              --schema <SCHEMA,…>          The only schemas that exist when the migrations start, besides `public`
              --history-schema <SCHEMA>    Look for the tool's history table in this schema first, and then in `search_path`
              --lock-timeout <SECONDS>     Stop if the tool's lock is not free after this many seconds [default: 10]
          -h, --help                       Print help (see more with '--help')
    "#]]);
}

#[test]
fn version() {
    let run = run(&["pg-enum", "--version"], false);
    assert_eq!(run.out, concat!("cargo-pg-enum ", env!("CARGO_PKG_VERSION"), "\n"));
}
