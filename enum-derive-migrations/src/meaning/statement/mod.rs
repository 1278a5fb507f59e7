//! Statements: which of them bear on enums, and what those do.

mod alter_column;
mod alter_table;
mod assigned;
mod assume;
mod casts;
mod column_types;
mod columns;
mod compared;
mod conversions;
mod dependents;
mod execute;
mod executor;
mod expression_type;
mod failure;
mod foreign_keys;
mod held_columns;
mod host;
mod interest;
mod keys;
mod labelled;
mod missing;
mod noted;
mod queries;
mod references;
mod routines;
mod schemas;
mod scopes;
mod select_list;
mod stretch;
mod tables;
mod transactions;
mod types;
mod used;
mod uses;
mod views;

pub(crate) use self::executor::Executor;
