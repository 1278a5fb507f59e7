//! From the model to code.
//!
//! The code delegates: what depends on the variants is in the `PgEnum` impl, and every other impl
//! is one call into the hidden module of `pg-enum`. That keeps a derive cheap to compile.

mod constants;
mod on_request;
mod pg_enum;
#[cfg(test)]
mod snapshots;
mod sqlx;
mod target;

use pg_enum_core::parse::Enum;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use self::on_request::missing_features;
use self::target::Target;
use crate::Features;

/// The code for an enum; with an error, the error and a stand-in that satisfies the enum's uses.
pub(crate) fn expand(
    model: &Enum,
    generics: syn::Generics,
    features: Features,
    error: Option<syn::Error>,
) -> TokenStream {
    let target = Target::new(model, generics);
    let pg_enum = match &error {
        None => pg_enum::implementation(model, &target),
        Some(_) => pg_enum::stand_in(&target),
    };
    let sqlx = features.sqlx.then(|| sqlx::implementations(model, &target));
    let on_request = on_request::implementations(model, &target, features);
    let error = error.map(syn::Error::into_compile_error);
    quote! {
        #pg_enum
        #sqlx
        #on_request
        #error
    }
}
