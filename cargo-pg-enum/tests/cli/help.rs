//! `--help`, with and without cargo in front.

use expect_test::expect;

use crate::harness::run;

#[test]
fn of_the_command() {
    run(&["pg-enum", "--help"], false).check(&expect![[r#"
        Clean
        --- out
        See what a folder of PostgreSQL migrations makes of every enum, without a database

        Usage: cargo pg-enum <COMMAND>

        Commands:
          state  Print every enum the migrations leave, and which of them made each label
          help   Print this message or the help of the given subcommand(s)

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

                  [possible values: sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, plain]

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
fn version() {
    let run = run(&["pg-enum", "--version"], false);
    assert_eq!(run.out, concat!("cargo-pg-enum ", env!("CARGO_PKG_VERSION"), "\n"));
}
