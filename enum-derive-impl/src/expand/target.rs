//! What every impl says of itself.

use pg_enum_core::parse::Enum;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::GenericParam;

/// The enum the impls are for, and the paths they use.
///
/// Names come without their own spans: a lint about generated code (say, the use of a deprecated
/// variant) is not the author's business.
pub(crate) struct Target {
    /// The path of the `pg-enum` crate.
    pub(crate) krate: TokenStream,
    /// The path of what generated code may use of it, by this very version.
    pub(crate) private: TokenStream,
    /// The enum's generic parameters, without defaults. A sound enum has none.
    params: TokenStream,
    /// The enum with its generic arguments.
    this: TokenStream,
    where_clause: TokenStream,
}

impl Target {
    pub(crate) fn new(model: &Enum, mut generics: syn::Generics) -> Self {
        let krate = match &model.crate_path {
            Some(path) => path.to_token_stream(),
            None => quote!(::pg_enum),
        };
        let private = format_ident!("__private{}", env!("CARGO_PKG_VERSION_PATCH"));
        let ident = at_call_site(&model.ident);
        let (_, arguments, _) = generics.split_for_impl();
        let this = quote!(#ident #arguments);
        for param in &mut generics.params {
            match param {
                GenericParam::Type(param) => param.default = None,
                GenericParam::Const(param) => param.default = None,
                GenericParam::Lifetime(_) => {}
            }
        }
        let where_clause = (!generics.params.is_empty()).then(|| {
            let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            quote!(where Self: 'static, #(#predicates),*)
        });
        Self {
            private: quote!(#krate::#private),
            krate,
            params: generics.params.into_token_stream(),
            this,
            where_clause: where_clause.into_token_stream(),
        }
    }

    /// `impl PgEnum for Enum { body }`.
    pub(crate) fn implement_pg_enum(&self, body: &TokenStream) -> TokenStream {
        let Self { krate, params, this, where_clause, .. } = self;
        quote! {
            #[automatically_derived]
            impl<#params> #krate::PgEnum for #this #where_clause {
                #body
            }
        }
    }

    /// `macro! { … }`, for the macro of that name in the hidden module, which implements a trait.
    pub(crate) fn call(&self, name: &TokenStream) -> TokenStream {
        let Self { private, params, this, where_clause, .. } = self;
        quote!(#private::#name! { [#params] [#this] [#where_clause] })
    }
}

/// The same name, as if the macro had thought of it.
pub(crate) fn at_call_site(ident: &Ident) -> Ident {
    // Such a name is read by the rules of this crate's edition, which made a keyword of one that
    // is none in the author's.
    if ident == "gen" {
        return Ident::new_raw("gen", Span::call_site());
    }
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    ident
}

/// The same code, as if it stood there, for the errors that it may lead to. Its names are still
/// those of the macro.
pub(crate) fn located_at(place: Span, code: TokenStream) -> TokenStream {
    let tokens = code.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
}
