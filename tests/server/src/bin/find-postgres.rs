//! Prints the directory that holds PostgreSQL's programs, and fails if there is none.

use std::process::ExitCode;

fn main() -> ExitCode {
    match pg_enum_test_server::find_binaries() {
        Some(dir) => {
            println!("{}", dir.display());
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}
