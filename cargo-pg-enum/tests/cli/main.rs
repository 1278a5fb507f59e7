//! The command line as its users see it: what goes in, what comes out, and the exit code.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod accept;
mod adopt;
mod alembic;
mod assume;
mod beside;
mod check;
mod config;
mod discovery;
mod exit_codes;
mod findings;
mod foreign;
mod formats;
mod generate;
mod harness;
mod help;
mod hostile;
mod import;
mod included;
mod init;
mod json;
mod lint;
mod list;
mod memory;
mod models;
mod offline;
mod outside;
mod process;
mod python;
mod record;
mod retire;
mod situations;
mod sql;
mod state;
mod summary;
#[cfg(unix)]
mod toolchain;
mod tools;
