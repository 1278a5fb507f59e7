//! Documented.

#![deny(
    warnings,
    deprecated_safe,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused,
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    explicit_outlives_requirements,
    impl_trait_redundant_captures,
    linker_messages,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    missing_unsafe_on_extern,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unstable_features,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

use pg_enum::PgEnum;

/// Documented.
#[derive(Debug, Clone, Copy, PgEnum)]
#[pg_enum(schema = "app", comment, impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("open" => Draft, "lost" => NULL))]
pub(crate) enum Status {
    /// Documented.
    #[pg_enum(was = "new", alias = "begun")]
    Draft,
    /// Documented.
    Done,
}

/// Documented.
#[derive(Debug, PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
pub(crate) enum Open {
    /// Documented.
    Known,
    /// Documented.
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!("begun".parse::<Status>().unwrap().label(), "Draft");
    assert_eq!(Open::Other("?".to_owned()).to_string(), "?");
    assert_eq!((Status::Done.label(), Open::Known.label()), ("Done", "Known"));
}
