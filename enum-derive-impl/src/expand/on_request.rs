//! The traits that `impl(…)` asks for.

use pg_enum_core::parse::{Enum, Errors, Impl};
use proc_macro2::TokenStream;
use quote::quote;

use super::target::Target;
use crate::Features;

pub(crate) fn implementations(model: &Enum, target: &Target, features: Features) -> TokenStream {
    let possible = |which| features.serde || !takes_serde(which);
    let requests = model.impls.iter().map(|request| request.which);
    requests.filter(|&which| possible(which)).map(|which| implementation(which, target)).collect()
}

/// The requests that the features of `pg-enum` do not cover.
pub(crate) fn missing_features(model: &Enum, features: Features) -> Errors {
    let mut errors = Errors::default();
    for request in model.impls.iter().filter(|request| takes_serde(request.which)) {
        if !features.serde {
            let name = request.which.name();
            let message = format!("`impl({name})` takes the feature `serde` of pg-enum");
            errors.push(request.span, message);
        }
    }
    errors
}

fn takes_serde(which: Impl) -> bool {
    matches!(which, Impl::Serialize | Impl::Deserialize)
}

fn implementation(which: Impl, target: &Target) -> TokenStream {
    let Target { krate, private, .. } = target;
    match which {
        Impl::Display => target.implement(
            &quote!(::core::fmt::Display),
            &quote! {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #private::fmt(self, __f)
                }
            },
        ),
        Impl::FromStr => target.implement(
            &quote!(::core::str::FromStr),
            &quote! {
                type Err = #krate::UnknownLabel;
                fn from_str(
                    __label: &::core::primitive::str,
                ) -> ::core::result::Result<Self, #krate::UnknownLabel> {
                    #krate::PgEnum::from_label(__label)
                }
            },
        ),
        Impl::Serialize => target.implement(
            &quote!(#private::serde::Serialize),
            &quote! {
                fn serialize<__S: #private::serde::Serializer>(
                    &self,
                    __serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #private::serde::serialize(self, __serializer)
                }
            },
        ),
        Impl::Deserialize => target.implement_with_lifetime(
            &quote!(#private::serde::Deserialize<'__value>),
            &quote! {
                fn deserialize<__D: #private::serde::Deserializer<'__value>>(
                    __deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #private::serde::deserialize(__deserializer)
                }
            },
        ),
    }
}
