//! Documented.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, unused, unused_qualifications, unused_results, single_use_lifetimes)]
#![forbid(unused_imports, unused_variables)]
#![deny(rust_2018_idioms, trivial_casts, unreachable_pub, unsafe_code)]
#![allow(non_camel_case_types, non_upper_case_globals, dead_code, reason = "names in the way")]

/// Names that the generated code must not take for its own.
pub mod names {
    /// Documented.
    pub(crate) struct Option;
    struct Vec;
    struct str;
    struct Probe;
    struct Holds;
    struct Untold;
    const hold: () = ();
    const Nullable: () = ();
    const Unknown: () = ();
    const id: () = ();
    const note: () = ();

    /// Documented.
    #[derive(::std::fmt::Debug, ::pg_enum::PgModel)]
    #[pg_model(table = "orders", strict_null)]
    pub(crate) struct Order {
        /// Documented.
        pub(crate) id: ::core::primitive::i64,
        /// Documented.
        pub(crate) note: ::core::option::Option<::std::string::String>,
    }
}

/// Documented.
#[deprecated]
pub(crate) struct Old;

/// Documented.
#[allow(deprecated, reason = "the author knows")]
#[derive(::pg_enum::PgModel)]
#[pg_model(table = "orders")]
pub(crate) struct r#type {
    /// Documented.
    id: Old,
    /// Documented.
    #[pg_model(column = "status")]
    r#match: Old,
}

/// Documented.
#[derive(::pg_enum::PgModel)]
#[pg_model(table = "orders")]
pub(crate) struct Field {
    /// Documented.
    #[expect(deprecated, reason = "the author knows")]
    place: Old,
}

macro_rules! row {
    ($name:ident { $($field:ident: $ty:ty,)* }) => {
        /// Documented.
        #[derive(::pg_enum::PgModel)]
        #[pg_model(table = "orders")]
        pub(crate) struct $name<'a, const N: ::core::primitive::usize = 1> {
            id: ::core::primitive::i64,
            email: &'a ::core::primitive::str,
            moods: [::core::primitive::u8; N],
            $($field: $ty,)*
        }
    };
}

row!(Row { note: ::core::option::Option<&'static ::core::primitive::str>, place: ::std::vec::Vec<()>, });

pub(crate) fn main() {
    #[derive(::pg_enum::PgModel)]
    #[pg_model(table = "orders")]
    struct Inner {
        id: Here,
    }
    type Here = ::core::primitive::i64;

    use ::pg_enum::PgModel;
    ::std::assert_eq!(names::Order::COLUMNS, ["id", "note"]);
    ::std::assert_eq!(r#type::COLUMNS, ["id", "status"]);
    ::std::assert_eq!(Row::<'_, 1>::COLUMNS, ["id", "email", "moods", "note", "place"]);
    ::std::assert_eq!(Inner::COLUMNS, ["id"]);
}
