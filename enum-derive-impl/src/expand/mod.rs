//! Generates code from the model.
//!
//! Only the `PgEnum` impl depends on the variants. Every other impl is one line, which calls a declarative macro in
//! the hidden module of `pg-enum`.

mod constants;
mod pg_enum;
#[cfg(test)]
mod snapshots;
pub(crate) mod target;

use pg_enum_core::parse::{Enum, Impl};
use proc_macro2::TokenStream;
use quote::quote;

use self::target::{Target, located_at};

/// The code for an enum. If there is an error: the error, and a placeholder that lets the uses of the enum compile.
pub(crate) fn expand(
    model: &Enum,
    generics: syn::Generics,
    error: Option<syn::Error>,
) -> TokenStream {
    let target = Target::of_enum(model, generics);
    let pg_enum = match &error {
        None => pg_enum::implementation(model, &target),
        Some(_) => pg_enum::stand_in(&target),
    };
    let sql_type = model.sql_type.as_ref().map(|path| quote!([#path]));
    let codecs = target.call_with(&quote!(codecs), sql_type.as_ref());
    // A program with errors does not compile, so there is nothing to register.
    let register = error.is_none().then(|| target.call(&quote!(register)));
    let on_request = model.impls.iter().map(|request| {
        let name = match request.which {
            Impl::Display => quote!(display),
            Impl::FromStr => quote!(from_str),
            Impl::Serialize => quote!(serialize),
            Impl::Deserialize => quote!(deserialize),
        };
        // A missing feature or a second impl of the trait is an error at the request.
        located_at(request.span, target.call(&name))
    });
    let error = error.map(syn::Error::into_compile_error);
    quote! {
        #pg_enum
        #codecs
        #register
        #(#on_request)*
        #error
    }
}
