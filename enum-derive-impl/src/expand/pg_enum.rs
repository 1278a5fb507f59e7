//! `impl PgEnum`: the one impl that depends on the variants.

use pg_enum_core::Definition;
use pg_enum_core::parse::{Enum, Fallback, Variant};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::constants;
use super::target::{Target, at_call_site, located_at};

pub(crate) fn implementation(model: &Enum, target: &Target) -> TokenStream {
    let private = &target.private;
    let variants: Vec<_> =
        model.variants.iter().map(|variant| at_call_site(&variant.ident)).collect();
    let labels: Vec<_> = model.variants.iter().map(|variant| &*variant.label.value).collect();
    let bytes = model.variants.iter().map(bytes);
    let derived =
        model.with_definition(|definition| constants::derived(target, definition, &variants));

    let other = model.other.as_ref();
    let no_label = other.map(|other| no_label(target, other));
    let label = other.map(|other| label(target, other));
    let unknown =
        other.map_or_else(|| quote!(return #private::None), |other| hold_unknown(target, other));

    target.implement(
        &quote!(PgEnum),
        &quote! {
            #derived
            #label
            #[inline]
            fn static_label(&self) -> #private::Option<&'static #private::str> {
                #private::Some(match self {
                    #(Self::#variants => #labels,)*
                    #no_label
                })
            }
            fn from_label_bytes(__label: &[#private::u8]) -> #private::Option<Self> {
                #private::Some(match __label {
                    #(#bytes => Self::#variants,)*
                    _ => #unknown,
                })
            }
        },
    )
}

/// The texts that decode to a variant: its label and its aliases, as the server sends them.
fn bytes(variant: &Variant) -> TokenStream {
    let texts = std::iter::once(&variant.label).chain(&variant.aliases);
    let bytes = texts.map(|text| Literal::byte_string(text.value.as_bytes()));
    quote!(#(#bytes)|*)
}

fn no_label(Target { private, .. }: &Target, other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    quote!(Self::#ident(_) => return #private::None,)
}

/// The span of the field, so that an error about its type points to the field, here and below.
fn label(Target { krate, private, .. }: &Target, other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let text = located_at(other.field, quote!(__text));
    let lent = located_at(other.field, quote!(#private::lend_label(#text)));
    quote! {
        fn label(&self) -> &#private::str {
            match self {
                Self::#ident(#text) => #lent,
                _ => #private::Option::unwrap_or_default(#krate::PgEnum::static_label(self)),
            }
        }
    }
}

fn hold_unknown(Target { private, .. }: &Target, other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let held = located_at(other.field, quote!(#private::hold_label(__label)));
    quote! {
        match #held {
            #private::Some(__text) => Self::#ident(__text),
            #private::None => return #private::None,
        }
    }
}

/// An impl that compiles for any enum, to go with an error.
pub(crate) fn stand_in(target: &Target) -> TokenStream {
    let private = &target.private;
    let derived = constants::derived(target, Definition::new("", &[]), &[]);
    target.implement(
        &quote!(PgEnum),
        &quote! {
            #derived
            fn static_label(&self) -> #private::Option<&'static #private::str> {
                #private::None
            }
            fn from_label_bytes(_: &[#private::u8]) -> #private::Option<Self> {
                #private::None
            }
        },
    )
}
