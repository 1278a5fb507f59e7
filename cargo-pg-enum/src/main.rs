//! `cargo pg-enum`. See the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_pg_enum::main()
}
