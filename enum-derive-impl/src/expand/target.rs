//! What every impl says of itself.

use pg_enum_core::parse::Enum;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Pair;
use syn::{GenericParam, Lifetime, LifetimeParam};

/// The enum the impls are for, and the paths they use.
///
/// Names come without their own spans: a lint about generated code (say, the use of a deprecated
/// variant) is not the author's business.
pub(crate) struct Target {
    /// The path of the `pg-enum` crate.
    pub(crate) krate: TokenStream,
    /// The path of what generated code may use of it, by this very version.
    pub(crate) private: TokenStream,
    /// The enum with its generic arguments, which a sound enum has none of.
    pub(crate) this: TokenStream,
    impl_generics: TokenStream,
    impl_generics_with_lifetime: TokenStream,
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
        let has_generics = !generics.params.is_empty();

        let (impl_generics, ty_generics, _) = generics.split_for_impl();
        let impl_generics = impl_generics.into_token_stream();
        let this = quote!(#ident #ty_generics);
        let lifetime = LifetimeParam::new(Lifetime::new("'__value", Span::call_site()));
        generics.params.insert(0, GenericParam::Lifetime(lifetime));
        let impl_generics_with_lifetime = generics.split_for_impl().0.into_token_stream();
        let where_clause = match generics.where_clause.as_ref() {
            _ if !has_generics => TokenStream::new(),
            None => quote!(where Self: 'static),
            Some(clause) => {
                let predicates = clause.predicates.pairs().map(Pair::into_value);
                quote!(where Self: 'static, #(#predicates),*)
            }
        };
        Self {
            private: quote!(#krate::#private),
            krate,
            this,
            impl_generics,
            impl_generics_with_lifetime,
            where_clause,
        }
    }

    /// `impl Trait for Enum { body }`.
    pub(crate) fn implement(&self, path: &TokenStream, body: &TokenStream) -> TokenStream {
        self.implement_with(&self.impl_generics, path, body)
    }

    /// `impl<'__value> Trait for Enum { body }`.
    pub(crate) fn implement_with_lifetime(
        &self,
        path: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        self.implement_with(&self.impl_generics_with_lifetime, path, body)
    }

    fn implement_with(
        &self,
        impl_generics: &TokenStream,
        path: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let Self { this, where_clause, .. } = self;
        quote! {
            #[automatically_derived]
            impl #impl_generics #path for #this #where_clause {
                #body
            }
        }
    }
}

/// The same name, as if the macro had thought of it.
pub(crate) fn at_call_site(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    ident
}
