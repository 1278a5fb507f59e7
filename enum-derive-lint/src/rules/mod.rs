//! The rules: one file each, with its documentation beside it.

mod add_value_without_position;
mod broken_graph;
mod colon_is_a_bind;
mod commit_in_revision;
mod create_again_same_revision;
mod creations;
mod down_fails;
mod drop_type_before_its_last_use;
mod drop_type_cascade;
mod drop_value;
mod enum_to_text_and_back;
mod fails_in_one_run;
mod fails_only_when_apart;
mod generic_create_type_false;
mod guard_accepts_other_labels;
mod guard_ignores_schema;
mod guard_misses_race;
mod guards_in_python;
mod if_not_exists_hides_position;
mod label_case;
mod labels_not_restored_on_down;
mod labels_silently_lost;
mod lock_key_unstable;
mod multiple_heads;
mod name_over_63_bytes;
mod new_label_same_transaction;
mod percent_in_driver_sql;
mod rename_with_deployed_readers;
mod revision_id_over_32;
mod server_default_not_a_label;
mod session_lock_around_ddl;
mod swap_loses;
mod swap_where_add_value_would_do;
mod todo_in_migration;
mod type_created_in_two_revisions;
mod type_not_dropped_on_down;
mod type_used_before_created;
mod unguarded_create;
mod unqualified_type;
mod unresolvable_import;
mod write_to_pg_enum;

use crate::rule::Rule;

/// All rules, by code.
pub const RULES: &[&Rule] = &[
    &add_value_without_position::RULE,
    &broken_graph::RULE,
    &colon_is_a_bind::RULE,
    &commit_in_revision::RULE,
    &create_again_same_revision::RULE,
    &down_fails::RULE,
    &drop_type_before_its_last_use::RULE,
    &drop_type_cascade::RULE,
    &drop_value::RULE,
    &enum_to_text_and_back::RULE,
    &fails_in_one_run::RULE,
    &fails_only_when_apart::RULE,
    &generic_create_type_false::RULE,
    &guard_accepts_other_labels::RULE,
    &guard_ignores_schema::RULE,
    &guard_misses_race::RULE,
    &if_not_exists_hides_position::RULE,
    &label_case::RULE,
    &labels_not_restored_on_down::RULE,
    &labels_silently_lost::RULE,
    &lock_key_unstable::RULE,
    &multiple_heads::RULE,
    &name_over_63_bytes::RULE,
    &new_label_same_transaction::RULE,
    &percent_in_driver_sql::RULE,
    &rename_with_deployed_readers::RULE,
    &revision_id_over_32::RULE,
    &server_default_not_a_label::RULE,
    &session_lock_around_ddl::RULE,
    &swap_loses::RULE,
    &swap_where_add_value_would_do::RULE,
    &todo_in_migration::RULE,
    &type_created_in_two_revisions::RULE,
    &type_not_dropped_on_down::RULE,
    &type_used_before_created::RULE,
    &unguarded_create::RULE,
    &unqualified_type::RULE,
    &unresolvable_import::RULE,
    &write_to_pg_enum::RULE,
];

#[cfg(test)]
mod tests;
