//! The macros of [pg-enum](https://docs.rs/pg-enum), which re-exports and documents them.
//!
//! The way through: [`pg_enum_core::parse`] reads the enum into a typed model and judges it, `check`
//! holds a sound one against the migrations, `expand` turns it into code. Nothing here renders SQL or
//! knows a rule.

mod check;
mod expand;

use pg_enum_core::parse::{Errors, parse, validate};
use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::check::check;
use crate::expand::expand;

/// See `pg_enum::PgEnum`.
#[proc_macro_derive(PgEnum, attributes(pg_enum))]
pub fn derive_pg_enum(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => derive(input, check::variable().as_deref()).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// The whole derive on one enum: its code, or every mistake and a stand-in for the code, so that a
/// mistake in the enum is not repeated wherever the enum is used.
///
/// An enum that merely disagrees with the migrations gets its code all the same, beside the errors.
fn derive(input: DeriveInput, record: Option<&str>) -> proc_macro2::TokenStream {
    let (model, mut errors) = parse(&input);
    errors.append(validate(&model));
    let divergences = match record {
        // Of an enum with mistakes, it is not clear what it says.
        Some(record) if errors.is_empty() => check(&model, record),
        _ => Errors::default(),
    };
    let mut code = expand(&model, input.generics, errors.into_error());
    code.extend(divergences.into_error().map(syn::Error::into_compile_error));
    code
}
