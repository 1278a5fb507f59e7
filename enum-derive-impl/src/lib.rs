//! The macros of [pg-enum](https://docs.rs/pg-enum), which re-exports and documents them.
//!
//! The way through: [`pg_enum_core::parse`] reads the enum into a typed model and judges it,
//! `expand` turns a sound model into code. Nothing here renders SQL or knows a rule.

mod expand;

use pg_enum_core::parse::{parse, validate};
use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::expand::expand;

/// See `pg_enum::PgEnum`.
#[proc_macro_derive(PgEnum, attributes(pg_enum))]
pub fn derive_pg_enum(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => derive(input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// The whole derive on one enum: its code, or every mistake and a stand-in for the code, so that a
/// mistake in the enum is not repeated wherever the enum is used.
fn derive(input: DeriveInput) -> proc_macro2::TokenStream {
    let (model, mut errors) = parse(&input);
    errors.append(validate(&model));
    expand(&model, input.generics, errors.into_error())
}
