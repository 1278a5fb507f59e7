//! From the model to code.
//!
//! What depends on the variants is in the `PgEnum` impl. Every other impl is one line, which calls
//! a declarative macro of `pg-enum`'s hidden module.

mod constants;
mod pg_enum;
#[cfg(test)]
mod snapshots;
mod target;

use pg_enum_core::parse::{Enum, Impl};
use proc_macro2::TokenStream;
use quote::quote;

use self::target::{Target, located_at};

/// The code for an enum; with an error, the error and a stand-in that satisfies the enum's uses.
pub(crate) fn expand(
    model: &Enum,
    generics: syn::Generics,
    error: Option<syn::Error>,
) -> TokenStream {
    let target = Target::new(model, generics);
    let pg_enum = match &error {
        None => pg_enum::implementation(model, &target),
        Some(_) => pg_enum::stand_in(&target),
    };
    let codecs = target.call(&quote!(codecs));
    // Nothing that does not compile is in a program.
    let register = error.is_none().then(|| target.call(&quote!(register)));
    let on_request = model.impls.iter().map(|request| {
        let name = match request.which {
            Impl::Display => quote!(display),
            Impl::FromStr => quote!(from_str),
            Impl::Serialize => quote!(serialize),
            Impl::Deserialize => quote!(deserialize),
        };
        // A missing feature is an error, and so is an impl that is there already.
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
