//! The cases of `ui-tests/pass` with the features of all drivers: each is a module here, and nothing is built again.
//!
//! Left out are cases that name a path from the root of their crate, lints of a whole crate, or other codecs. The crates of `ui-tests` in other editions, and the one that renames the dependency, have all features whenever the
//! workspace is built as a whole.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    dead_code,
    missing_docs,
    unused_qualifications,
    unreachable_pub,
    reason = "these are lints of this workspace, and a case says itself which ones it must pass"
)]

// Cases name them as `$crate::…`.
use pg_enum::{self, PgEnum};

macro_rules! cases {
    ($($path:literal $case:ident,)*) => {$(
        #[path = $path]
        mod $case;
    )*

        #[test]
        fn cases_run_with_all_drivers() {
            $($case::main();)*
        }
    };
}
cases! {
    "../../ui-tests/pass/items/a_thousand_variants.rs" a_thousand_variants,
    "../../ui-tests/pass/items/cfg.rs" cfg,
    "../../ui-tests/pass/items/discriminants.rs" discriminants,
    "../../ui-tests/pass/items/hostile_labels.rs" hostile_labels,
    "../../ui-tests/pass/items/in_a_function.rs" in_a_function,
    "../../ui-tests/pass/items/on_request.rs" on_request,
    "../../ui-tests/pass/items/other_derives.rs" other_derives,
    "../../ui-tests/pass/items/other_fields.rs" other_fields,
    "../../ui-tests/pass/lints/deprecated_deny.rs" deprecated_deny,
    "../../ui-tests/pass/lints/deprecated_forbid.rs" deprecated_forbid,
    "../../ui-tests/pass/lints/missing_docs.rs" missing_docs,
    "../../ui-tests/pass/lints/unsafe_code.rs" unsafe_code,
    "../../ui-tests/pass/lints/unused_qualifications.rs" unused_qualifications,
    "../../ui-tests/pass/macros/doc_from_expression.rs" doc_from_expression,
    "../../ui-tests/pass/macros/fragments.rs" fragments,
    "../../ui-tests/pass/names/constants.rs" constants,
    "../../ui-tests/pass/names/macros.rs" macro_names,
    "../../ui-tests/pass/names/methods.rs" methods,
    "../../ui-tests/pass/names/modules.rs" modules,
    "../../ui-tests/pass/names/no_implicit_prelude.rs" no_implicit_prelude,
    "../../ui-tests/pass/names/raw_identifiers.rs" raw_identifiers,
    "../../ui-tests/pass/names/traits.rs" traits,
    "../../ui-tests/pass/names/types_of_the_prelude.rs" types_of_the_prelude,
    "../../ui-tests/pass/names/values_of_the_prelude.rs" values_of_the_prelude,
    "../../ui-tests/pass/names/variants.rs" variants,
}
