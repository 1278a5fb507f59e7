//! The rules: one file each, with its documentation beside it.

mod drop_type_cascade;
mod new_label_same_transaction;
mod write_to_pg_enum;

use crate::rule::Rule;

/// All rules, by code.
pub const RULES: &[&Rule] =
    &[&drop_type_cascade::RULE, &new_label_same_transaction::RULE, &write_to_pg_enum::RULE];

#[cfg(test)]
mod tests;
