//! The macros of [pg-enum](https://docs.rs/pg-enum), which re-exports and documents them.
//!
//! [`pg_enum_core::parse`] reads the enum into a typed model and validates it, `check` compares a valid model with
//! the migrations, and `expand` generates the code; `model` does the same for structs. This crate renders no SQL and has
//! no validation rules.

mod check;
mod expand;
mod model;

use pg_enum_core::parse::{Errors, beside, parse, validate};
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

/// See `pg_enum::PgModel`.
#[proc_macro_derive(PgModel, attributes(pg_model))]
pub fn derive_pg_model(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => model::derive(input, check::variable().as_deref()).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// The derive for one enum: its code, or all errors and a placeholder for the code, so that an error in the enum does
/// not cause more errors where the enum is used.
///
/// An enum that only differs from the migrations gets its normal code, and the errors.
fn derive(input: DeriveInput, record: Option<&str>) -> proc_macro2::TokenStream {
    let (model, mut errors) = parse(&input);
    errors.append(validate(&model));
    errors.append(beside(&input, &model));
    let divergences = match record {
        // An invalid enum has no clear definition to compare.
        Some(record) if errors.is_empty() => check(&model, record),
        _ => Errors::default(),
    };
    let mut code = expand(&model, input.generics, errors.into_error());
    code.extend(divergences.into_error().map(syn::Error::into_compile_error));
    code
}
