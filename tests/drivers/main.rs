//! What the derive does through each driver on a real PostgreSQL: the one at `DATABASE_URL`, or a
//! throwaway one.
//!
//! A case is a function over any driver (`cases`), and each driver is one implementation of a trait
//! (`drivers`). `cargo test -p pg-enum-test-drivers` takes the arguments of any `cargo test`.

mod cases;
mod diesel_tables;
mod drivers;
mod entities;
mod enums;
mod harness;
mod live;
mod postgres_only;
mod side_by_side;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::Arguments;
use pg_enum_test_server::Server;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let server = match Server::find_or_start() {
        Ok(server) => Arc::new(server),
        Err(unavailable) => {
            eprintln!("{unavailable}");
            return ExitCode::FAILURE;
        }
    };
    eprintln!("on {}", server.describe());
    let tests = [
        cases::tests(),
        diesel_tables::tests(),
        entities::tests(),
        live::tests(),
        postgres_only::tests(),
        side_by_side::tests(),
    ];
    let trials = tests.into_iter().flatten().map(|test| test.on(&server)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
