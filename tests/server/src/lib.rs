//! A PostgreSQL server for pg-enum's own tests, examples and benches.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use pg_enum_test_server::Server;
//!
//! fn main() -> ExitCode {
//!     match Server::find_or_start() {
//!         Ok(server) => println!("{} at {}", server.describe(), server.url()),
//!         Err(unavailable) => {
//!             eprintln!("{unavailable}");
//!             return ExitCode::FAILURE;
//!         }
//!     }
//!     ExitCode::SUCCESS
//! }
//! ```
//!
//! A throwaway server stops when its [`Server`] is dropped, and on Ctrl-C. It does not stop when the
//! process ends without dropping it, as [`std::process::exit`] does: return from `main` instead.

#[cfg(feature = "server")]
mod database;
mod find;
#[cfg(feature = "harness")]
pub mod harness;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod start;

pub use find::{BIN_VARIABLE, find_binaries};

#[cfg(feature = "server")]
pub use {
    database::Database,
    server::{Server, Unavailable},
};
