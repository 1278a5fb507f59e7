//! The common parts of every impl.

use pg_enum_core::parse::Enum;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::GenericParam;

/// The type that the impls are for, and the paths that they use.
///
/// Names do not have the author's spans, so that lints about generated code (for example, the use of a deprecated
/// variant) do not point to the author's code.
pub(crate) struct Target {
    /// The path of the `pg-enum` crate.
    pub(crate) krate: TokenStream,
    /// The path of the hidden module that generated code of this version uses.
    pub(crate) private: TokenStream,
    /// The type's generic parameters, without defaults. A valid enum has none.
    params: TokenStream,
    /// The type with its generic arguments.
    this: TokenStream,
    where_clause: TokenStream,
}

impl Target {
    pub(crate) fn of_enum(model: &Enum, mut generics: syn::Generics) -> Self {
        if !generics.params.is_empty() {
            // A supertrait of `PgEnum`.
            generics.make_where_clause().predicates.push(syn::parse_quote!(Self: 'static));
        }
        Self::new(&model.ident, model.crate_path.as_ref(), generics)
    }

    /// `crate_path` is the path of `pg-enum`, if the attributes give one.
    pub(crate) fn new(
        ident: &Ident,
        crate_path: Option<&syn::Path>,
        mut generics: syn::Generics,
    ) -> Self {
        let krate = match crate_path {
            Some(path) => path.to_token_stream(),
            None => quote!(::pg_enum),
        };
        let private = format_ident!("__private{}", env!("CARGO_PKG_VERSION_PATCH"));
        let ident = at_call_site(ident);
        let (_, arguments, _) = generics.split_for_impl();
        let this = quote!(#ident #arguments);
        for param in &mut generics.params {
            match param {
                GenericParam::Type(param) => param.default = None,
                GenericParam::Const(param) => param.default = None,
                GenericParam::Lifetime(_) => {}
            }
        }
        Self {
            private: quote!(#krate::#private),
            krate,
            where_clause: generics.where_clause.to_token_stream(),
            params: generics.params.into_token_stream(),
            this,
        }
    }

    /// `impl Trait for Type { body }`, for the trait with this name in `pg-enum`.
    pub(crate) fn implement(&self, name: &TokenStream, body: &TokenStream) -> TokenStream {
        let Self { krate, params, this, where_clause, .. } = self;
        quote! {
            #[automatically_derived]
            impl<#params> #krate::#name for #this #where_clause {
                #body
            }
        }
    }

    /// `macro! { … }`, for the macro with this name in the hidden module, which implements a trait.
    pub(crate) fn call(&self, name: &TokenStream) -> TokenStream {
        self.call_with(name, None)
    }

    /// The same, with one more argument.
    pub(crate) fn call_with(&self, name: &TokenStream, more: Option<&TokenStream>) -> TokenStream {
        let Self { private, params, this, where_clause, .. } = self;
        quote!(#private::#name! { [#params] [#this] [#where_clause] #more })
    }
}

/// The same name with the macro's span.
pub(crate) fn at_call_site(ident: &Ident) -> Ident {
    // A name with the macro's span follows the edition of this crate, in which `gen` is a keyword.
    if ident == "gen" {
        return Ident::new_raw("gen", Span::call_site());
    }
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    ident
}

/// The same code located at `span`, so that errors point there. Its names still resolve as the macro's.
pub(crate) fn located_at(place: Span, code: TokenStream) -> TokenStream {
    let tokens = code.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}

/// The same code with the author's span, for a call whose panic is the compile error.
pub(crate) fn placed_at(place: Span, code: TokenStream) -> TokenStream {
    let tokens = code.into_iter().map(|mut token| {
        token.set_span(place);
        token
    });
    tokens.collect()
}
