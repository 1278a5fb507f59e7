//! The built-in functions of PostgreSQL with effects that a rollback undoes.
//!
//! A name stands for all functions in `pg_catalog` with this name. Other functions may be harmless too, but have not
//! been reviewed. Not on the list: `nextval` and similar, which a rollback does not undo; `lo_*` and most of `pg_*`,
//! which have effects outside the transaction; `query_to_xml`, `ts_stat`, `table_to_xml` and similar, which run a
//! text or a view.

/// Whether a call of this function has no effect after a rollback.
pub(crate) fn is_harmless(name: &str) -> bool {
    HARMLESS.iter().any(|chapter| chapter.split_ascii_whitespace().any(|known| known == name))
}

/// All the names, for queries.
pub(crate) fn harmless() -> Vec<&'static str> {
    HARMLESS.iter().flat_map(|chapter| chapter.split_ascii_whitespace()).collect()
}

/// In the order of "Functions and Operators" in PostgreSQL's manual.
const HARMLESS: [&str; 17] = [
    // Comparison, mathematics, and random numbers (their state is local to the session).
    "abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd \
     degrees div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod num_nonnulls \
     num_nulls pi pow power radians random random_normal round scale sign sin sind sinh sqrt tan tand tanh \
     trim_scale trunc width_bucket",
    // Strings, names and patterns.
    "ascii bit_count bit_length btrim casefold char_length character_length chr concat concat_ws convert \
     convert_from convert_to crc32 crc32c decode encode format get_bit get_byte initcap is_normalized left length \
     like like_escape lower lpad ltrim md5 normalize notlike octet_length overlay parse_ident position \
     quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches \
     regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad \
     rtrim set_bit set_byte sha224 sha256 sha384 sha512 similar_escape similar_to_escape split_part starts_with \
     string_to_array string_to_table strpos substr substring to_ascii to_bin to_hex to_oct translate \
     unicode_assigned unistr upper",
    // Formatting.
    "to_char to_date to_number to_timestamp",
    // Dates and times.
    "age clock_timestamp date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days \
     justify_hours justify_interval localtime localtimestamp make_date make_interval make_time make_timestamp \
     make_timestamptz now overlaps statement_timestamp timeofday timezone transaction_timestamp",
    // Types with the syntax of function calls.
    "bit bool bpchar bytea char cidr date float4 float8 inet int2 int4 int8 interval json jsonb macaddr macaddr8 money \
     name numeric oid \
     regclass text time timestamp timestamptz timetz uuid varbit varchar xid xml",
    // Enums and UUIDs.
    "enum_first enum_last enum_out enum_range gen_random_uuid uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7",
    // Geometry and network addresses.
    "area box broadcast center circle diagonal diameter family height host hostmask inet_merge inet_same_family \
     isclosed isopen line lseg macaddr8_set7bit masklen netmask network npoints path point polygon popen pclose \
     radius set_masklen slope width abbrev",
    // Text search. The code of a user-defined configuration or dictionary is C, which only a superuser can install.
    "array_to_tsvector get_current_ts_config json_to_tsvector jsonb_to_tsvector numnode phraseto_tsquery \
     plainto_tsquery querytree setweight strip to_tsquery to_tsvector ts_delete ts_filter ts_headline ts_rank \
     ts_rank_cd tsvector_to_array tsquery_phrase websearch_to_tsquery",
    // XML from arguments.
    "xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlagg xmlcomment xmlexists xmltext \
     xpath xpath_exists",
    // JSON.
    "array_to_json json_agg json_agg_strict json_array_elements json_array_elements_text json_array_length \
     json_build_array json_build_object json_each json_each_text json_extract_path json_extract_path_text \
     json_object json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict \
     json_object_keys json_populate_record json_populate_recordset json_strip_nulls json_to_record \
     json_to_recordset json_typeof jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text \
     jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path \
     jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_agg_strict \
     jsonb_object_agg_unique jsonb_object_agg_unique_strict jsonb_object_keys jsonb_path_exists \
     jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query jsonb_path_query_array \
     jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz jsonb_path_query_tz \
     jsonb_populate_record jsonb_populate_record_valid jsonb_populate_recordset jsonb_pretty jsonb_set \
     jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb",
    // Arrays, ranges and sets.
    "array_append array_cat array_dims array_eq array_fill array_length array_lower array_ndims array_ne array_out \
     array_position array_positions array_prepend array_remove array_replace array_reverse array_sample \
     array_shuffle array_sort array_to_string array_upper arraycontained arraycontains arrayoverlap cardinality datemultirange daterange generate_series generate_subscripts \
     int4multirange int4range int8multirange int8range isempty lower_inc lower_inf multirange nummultirange \
     numrange range_merge trim_array tsmultirange tsrange tstzmultirange tstzrange unnest upper_inc upper_inf",
    // Aggregates and windows.
    "any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist \
     dense_rank every first_value lag last_value lead max min mode nth_value ntile percent_rank percentile_cont \
     percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 \
     regr_slope regr_sxx regr_sxy regr_syy row_number stddev stddev_pop stddev_samp string_agg sum var_pop \
     var_samp variance",
    // Information about the session and the catalogs.
    "col_description current_database current_query current_schema current_schemas current_setting current_user \
     format_type has_any_column_privilege has_column_privilege has_database_privilege has_function_privilege \
     has_language_privilege has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege \
     has_tablespace_privilege has_type_privilege obj_description pg_backend_pid pg_client_encoding pg_collation_for \
     pg_column_size pg_describe_object pg_get_constraintdef pg_get_expr pg_get_function_arguments \
     pg_get_function_identity_arguments pg_get_function_result pg_get_functiondef pg_get_indexdef \
     pg_get_ruledef pg_get_serial_sequence pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role \
     pg_is_other_temp_schema pg_my_temp_schema pg_relation_size pg_size_pretty pg_table_is_visible pg_table_size \
     pg_total_relation_size pg_type_is_visible pg_typeof row_security_active session_user shobj_description \
     to_regclass to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype \
     txid_current txid_current_if_assigned user version",
    // Locks that end with the transaction, and keys for them.
    "hashtext hashtextextended hashint4 hashint8 pg_advisory_xact_lock pg_advisory_xact_lock_shared \
     pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared",
    // Triggers that only change or skip the current row.
    "suppress_redundant_updates_trigger tsvector_update_trigger tsvector_update_trigger_column",
    // Waiting, limited by the statement timeout.
    "pg_sleep pg_sleep_for pg_sleep_until",
    // Not functions in the grammar, but with the syntax of calls.
    "all any array cast coalesce collation exists grouping greatest in json_array json_arrayagg json_exists \
     json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action nullif row some \
     treat trim xmlconcat xmlelement xmlforest xmlparse xmlpi xmlroot xmlserialize xmltable",
];

#[cfg(test)]
mod tests {
    use super::{harmless, is_harmless};

    #[test]
    fn what_stays_is_not_harmless() {
        for name in
            ["nextval", "setval", "lo_import", "pg_notify", "query_to_xml", "set_config", "dblink"]
        {
            assert!(!is_harmless(name), "{name}");
        }
        assert!(is_harmless("lower") && is_harmless("jsonb_set"));
    }

    #[test]
    fn no_name_stands_there_twice() {
        let mut names = harmless();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
