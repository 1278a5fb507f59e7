//! Statements: which of them bear on enums, and what those do.

mod alter_table;
mod assume;
mod execute;
mod executor;
mod failure;
mod host;
mod interest;
mod queries;
mod routines;
mod schemas;
mod tables;
mod transactions;
mod types;
mod uses;

pub(crate) use self::executor::Executor;
