//! The names that PL/pgSQL gives to error codes (`PostgreSQL` manual, appendix A), as far as a
//! statement about enums can raise them or a block be written to catch them.

/// The codes of a condition by its name; none if it is not one that matters here.
pub(super) fn codes(name: &str) -> &'static [&'static str] {
    match name {
        "active_sql_transaction" => &["25001"],
        "ambiguous_column" => &["42702"],
        "read_only_sql_transaction" => &["25006"],
        "assert_failure" => &["P0004"],
        "cannot_coerce" => &["42846"],
        "cardinality_violation" => &["21000"],
        "case_not_found" => &["20000"],
        "check_violation" => &["23514"],
        "data_exception" => &["22000"],
        "datatype_mismatch" => &["42804"],
        "deadlock_detected" => &["40P01"],
        "dependent_objects_still_exist" => &["2BP01"],
        "dependent_privilege_descriptors_still_exist" => &["2B000"],
        "division_by_zero" => &["22012"],
        "duplicate_alias" => &["42712"],
        "duplicate_column" => &["42701"],
        "duplicate_function" => &["42723"],
        "duplicate_object" => &["42710"],
        "duplicate_schema" => &["42P06"],
        "duplicate_table" => &["42P07"],
        "feature_not_supported" => &["0A000"],
        "foreign_key_violation" => &["23503"],
        "in_failed_sql_transaction" => &["25P02"],
        "insufficient_privilege" => &["42501"],
        "integrity_constraint_violation" => &["23000"],
        "internal_error" => &["XX000"],
        "invalid_column_reference" => &["42P10"],
        "invalid_name" => &["42602"],
        "invalid_object_definition" => &["42P17"],
        "invalid_parameter_value" => &["22023"],
        "invalid_schema_name" => &["3F000"],
        "invalid_text_representation" => &["22P02"],
        "invalid_transaction_state" => &["25000"],
        "invalid_transaction_termination" => &["2D000"],
        "lock_not_available" => &["55P03"],
        "no_data" => &["02000"],
        "no_data_found" => &["P0002"],
        "not_null_violation" => &["23502"],
        "null_value_not_allowed" => &["22004"],
        "object_in_use" => &["55006"],
        "object_not_in_prerequisite_state" => &["55000"],
        "others" => &["others"],
        "plpgsql_error" => &["P0000"],
        "query_canceled" => &["57014"],
        "raise_exception" => &["P0001"],
        "reserved_name" => &["42939"],
        "serialization_failure" => &["40001"],
        "string_data_right_truncation" => &["22001"],
        "syntax_error" => &["42601"],
        "syntax_error_or_access_rule_violation" => &["42000"],
        "too_many_rows" => &["P0003"],
        "undefined_column" => &["42703"],
        "undefined_function" => &["42883"],
        "undefined_object" => &["42704"],
        "undefined_parameter" => &["42P02"],
        "undefined_table" => &["42P01"],
        "unique_violation" => &["23505"],
        "unsafe_new_enum_value_usage" => &["55P04"],
        "wrong_object_type" => &["42809"],
        _ => &[],
    }
}

/// Whether a handler for `code` catches an error of `sqlstate`: a code that ends in three zeros
/// stands for its class, and `OTHERS` for all but two (`PostgreSQL` manual, 41.6.8).
pub(super) fn catches(code: &str, sqlstate: &str) -> bool {
    if code == "others" {
        return !matches!(sqlstate, "57014" | "P0004");
    }
    code == sqlstate
        || (code.len() == 5 && code.ends_with("000") && sqlstate.starts_with(&code[..2]))
}

#[cfg(test)]
mod tests {
    use super::{catches, codes};

    #[test]
    fn a_class_catches_its_codes_and_others_catches_almost_all() {
        assert!(catches("42710", "42710"));
        assert!(!catches("42710", "42704"));
        assert!(catches("42000", "42710"));
        assert!(!catches("42000", "22023"));
        assert!(catches("others", "42710"));
        assert!(!catches("others", "P0004"));
        assert_eq!(codes("duplicate_object"), ["42710"]);
        assert!(codes("no_such_name").is_empty());
    }
}
