//! `pg-enum`: the same program for projects without cargo. See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_pg_enum::main()
}
