//! `impl PgEnum`: the one impl that depends on the variants.

use pg_enum_core::parse::{Enum, Fallback, Variant};
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use super::constants;
use super::target::{Target, at_call_site};

pub(crate) fn implementation(model: &Enum, target: &Target) -> TokenStream {
    let krate = &target.krate;
    let variants: Vec<_> =
        model.variants.iter().map(|variant| at_call_site(&variant.ident)).collect();
    let labels: Vec<_> = model.variants.iter().map(|variant| &*variant.label.value).collect();
    let derived =
        model.with_definition(|definition| constants::derived(target, definition, &variants));
    let patterns = model.variants.iter().map(patterns);

    let no_label = model.other.as_ref().map(no_label);
    let label = model.other.as_ref().map(|other| label(krate, other));
    let unknown = match &model.other {
        None => quote!(return ::core::option::Option::None),
        Some(other) => hold_unknown(other),
    };

    target.implement_pg_enum(&quote! {
        #derived
        #label
        #[inline]
        fn static_label(&self) -> ::core::option::Option<&'static ::core::primitive::str> {
            ::core::option::Option::Some(match self {
                #(Self::#variants => #labels,)*
                #no_label
            })
        }
        #[inline]
        fn from_label_bytes(
            __label: &[::core::primitive::u8],
        ) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(match __label {
                #(#patterns => Self::#variants,)*
                _ => #unknown,
            })
        }
    })
}

/// What decodes to a variant: its label and its aliases, as the server sends them.
fn patterns(variant: &Variant) -> TokenStream {
    let texts = std::iter::once(&variant.label).chain(&variant.aliases);
    let bytes = texts.map(|text| Literal::byte_string(text.value.as_bytes()));
    quote!(#(#bytes)|*)
}

fn no_label(other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    quote!(Self::#ident(_) => return ::core::option::Option::None,)
}

fn label(krate: &TokenStream, other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let text = quote_spanned!(other.field=>
        ::core::convert::AsRef::<::core::primitive::str>::as_ref(__text)
    );
    quote! {
        fn label(&self) -> &::core::primitive::str {
            match self {
                Self::#ident(__text) => #text,
                _ => ::core::option::Option::unwrap_or_default(#krate::PgEnum::static_label(self)),
            }
        }
    }
}

fn hold_unknown(other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let text = quote_spanned!(other.field=> ::core::convert::From::from(__text));
    quote! {
        match ::core::str::from_utf8(__label) {
            ::core::result::Result::Ok(__text) => Self::#ident(#text),
            ::core::result::Result::Err(_) => return ::core::option::Option::None,
        }
    }
}

/// An impl that compiles whatever the enum looks like, for beside an error.
pub(crate) fn stand_in(target: &Target) -> TokenStream {
    let Target { krate, private, .. } = target;
    target.implement_pg_enum(&quote! {
        const __DERIVED: &'static #private::Derived<Self> = &#private::Derived {
            definition: #krate::Definition::new("", &[]),
            variants: &[],
            array_sql: "[]",
            labels_sql: "",
            up_sql: "\n",
            down_sql: "\n",
        };
        fn static_label(&self) -> ::core::option::Option<&'static ::core::primitive::str> {
            ::core::option::Option::None
        }
        fn from_label_bytes(_: &[::core::primitive::u8]) -> ::core::option::Option<Self> {
            ::core::option::Option::None
        }
    })
}
