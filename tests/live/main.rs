//! What pg-enum does on a real PostgreSQL: the one at `DATABASE_URL`, or a throwaway one.
//!
//! `cargo test -p pg-enum-tests` takes the arguments of any `cargo test`. Each test has a database
//! of its own.

mod harness;

mod codec;
mod constants;
mod create;
mod drop;
mod generated;
mod hostile;
mod import;
mod isolation;
mod models;
mod online;
mod order;
mod plan;
mod preflight;
mod race;
mod random;
mod readme;
mod replay;
mod retire;
mod runtime;
mod side_by_side;
mod swap;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = preflight::worker().or_else(runtime::worker) {
        return code;
    }
    pg_enum_test_server::harness::main([
        codec::tests(),
        constants::tests(),
        create::tests(),
        drop::tests(),
        generated::tests(),
        hostile::tests(),
        import::tests(),
        isolation::tests(),
        models::tests(),
        online::tests(),
        order::tests(),
        plan::tests(),
        preflight::tests(),
        race::tests(),
        random::tests(),
        readme::tests(),
        replay::tests(),
        retire::tests(),
        runtime::tests(),
        side_by_side::tests(),
        swap::tests(),
    ])
}
