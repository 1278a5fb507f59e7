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
    let (definition, sql) = model.with_definition(|definition| {
        (constants::definition(krate, definition), constants::sql(definition))
    });
    let patterns = model.variants.iter().map(patterns);

    let (label_type, label_arm, unknown, is_known) = match &model.other {
        None => (
            quote!(&'static ::core::primitive::str),
            TokenStream::new(),
            quote!(::core::option::Option::None),
            TokenStream::new(),
        ),
        Some(other) => (
            quote!(&'__value ::core::primitive::str),
            borrow_unknown(other),
            hold_unknown(other),
            is_known(other),
        ),
    };
    let returned_label = match &model.other {
        None => label_type.clone(),
        Some(_) => quote!(&::core::primitive::str),
    };

    target.implement(
        &quote!(#krate::PgEnum),
        &quote! {
            type Label<'__value> = #label_type;
            const DEFINITION: &'static #krate::Definition<'static> = &#definition;
            const VARIANTS: &'static [Self] = &[#(Self::#variants),*];
            const LABELS: &'static [&'static ::core::primitive::str] = &[#(#labels),*];
            #sql
            #[inline]
            fn label(&self) -> #returned_label {
                match self {
                    #(Self::#variants => #labels,)*
                    #label_arm
                }
            }
            #[inline]
            fn from_label_bytes(
                __label: &[::core::primitive::u8],
            ) -> ::core::option::Option<Self> {
                match __label {
                    #(#patterns => ::core::option::Option::Some(Self::#variants),)*
                    _ => #unknown,
                }
            }
            #is_known
        },
    )
}

/// What decodes to a variant: its label and its aliases, as the server sends them.
fn patterns(variant: &Variant) -> TokenStream {
    let texts = std::iter::once(&variant.label).chain(&variant.aliases);
    let bytes = texts.map(|text| Literal::byte_string(text.value.as_bytes()));
    quote!(#(#bytes)|*)
}

fn borrow_unknown(other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let text = quote_spanned!(other.field=>
        ::core::convert::AsRef::<::core::primitive::str>::as_ref(__text)
    );
    quote!(Self::#ident(__text) => #text,)
}

fn hold_unknown(other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    let text = quote_spanned!(other.field=> ::core::convert::From::from(__text));
    quote! {
        match ::core::str::from_utf8(__label) {
            ::core::result::Result::Ok(__text) => ::core::option::Option::Some(Self::#ident(#text)),
            ::core::result::Result::Err(_) => ::core::option::Option::None,
        }
    }
}

fn is_known(other: &Fallback) -> TokenStream {
    let ident = at_call_site(&other.ident);
    quote! {
        #[inline]
        fn is_known(&self) -> ::core::primitive::bool {
            match self {
                Self::#ident(_) => false,
                _ => true,
            }
        }
    }
}

/// An impl that compiles whatever the enum looks like, for beside an error.
pub(crate) fn stand_in(target: &Target) -> TokenStream {
    let krate = &target.krate;
    let constants = ["NAME_SQL", "LABELS_SQL", "CREATE_SQL", "DROP_SQL", "UP_SQL", "DOWN_SQL"]
        .map(|name| quote::format_ident!("{name}"));
    target.implement(
        &quote!(#krate::PgEnum),
        &quote! {
            type Label<'__value> = &'static ::core::primitive::str;
            const DEFINITION: &'static #krate::Definition<'static> =
                &#krate::Definition::new("", &[]);
            const VARIANTS: &'static [Self] = &[];
            const LABELS: &'static [&'static ::core::primitive::str] = &[];
            #(const #constants: &'static ::core::primitive::str = "";)*
            fn label(&self) -> &'static ::core::primitive::str {
                ""
            }
            fn from_label_bytes(_: &[::core::primitive::u8]) -> ::core::option::Option<Self> {
                ::core::option::Option::None
            }
        },
    )
}
