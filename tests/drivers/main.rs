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
mod live;
mod postgres_only;
mod side_by_side;

use std::process::ExitCode;

fn main() -> ExitCode {
    pg_enum_test_server::harness::main([
        cases::tests(),
        diesel_tables::tests(),
        entities::tests(),
        live::tests(),
        postgres_only::tests(),
        side_by_side::tests(),
    ])
}
