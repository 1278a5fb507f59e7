//! The rules: one file each, with its documentation beside it.

mod add_value_without_position;
mod drop_type_cascade;
mod drop_value;
mod enum_to_text_and_back;
mod guard_accepts_other_labels;
mod guard_ignores_schema;
mod guard_misses_race;
mod new_label_same_transaction;
mod type_created_in_two_revisions;
mod write_to_pg_enum;

use crate::rule::Rule;

/// All rules, by code.
pub const RULES: &[&Rule] = &[
    &add_value_without_position::RULE,
    &drop_type_cascade::RULE,
    &drop_value::RULE,
    &enum_to_text_and_back::RULE,
    &guard_accepts_other_labels::RULE,
    &guard_ignores_schema::RULE,
    &guard_misses_race::RULE,
    &new_label_same_transaction::RULE,
    &type_created_in_two_revisions::RULE,
    &write_to_pg_enum::RULE,
];

#[cfg(test)]
mod tests;
