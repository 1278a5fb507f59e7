//! The command line as its users see it: what goes in, what comes out, and the exit code.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod exit_codes;
mod findings;
mod harness;
mod help;
mod hostile;
mod json;
mod process;
mod state;
