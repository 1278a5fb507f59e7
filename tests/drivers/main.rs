//! What the derive does through each driver on a real PostgreSQL: the one at `DATABASE_URL`, or a
//! throwaway one.
//!
//! A case is a function over any driver (`cases`), and each driver is one implementation of a trait
//! (`drivers`). `cargo test -p pg-enum-test-drivers` takes the arguments of any `cargo test`. Without the feature
//! `others`, only Diesel is tested: `cargo xtask diesel` does so with its older versions.

mod cases;
mod diesel_tables;
mod drivers;
#[cfg(feature = "others")]
mod entities;
mod enums;
mod live;
#[cfg(feature = "others")]
mod postgres_only;
mod side_by_side;

use std::process::ExitCode;

fn main() -> ExitCode {
    pg_enum_test_server::harness::main([
        cases::tests(),
        diesel_tables::tests(),
        #[cfg(feature = "others")]
        entities::tests(),
        live::tests(),
        #[cfg(feature = "others")]
        postgres_only::tests(),
        side_by_side::tests(),
    ])
}
