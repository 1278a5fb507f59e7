//! The type of a field, outside of the struct.

use pg_enum_core::parse::{FieldValue, Model};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, GenericParam, Generics, Meta};

/// A type that can be written outside of the struct, and the spans of its first and its last token.
///
/// Joining the two takes a nightly compiler, but code between tokens with these spans has both.
pub(super) struct ConcreteType {
    /// What the author allows of the field.
    pub(super) allowed: TokenStream,
    pub(super) tokens: TokenStream,
    pub(super) start: Span,
    pub(super) end: Span,
}

/// What the driver decodes for each field; `None` if that depends on a parameter of the struct, or is JSON.
pub(super) fn of_fields(input: &DeriveInput, model: &Model) -> Vec<Option<ConcreteType>> {
    let Data::Struct(data) = &input.data else { return Vec::new() };
    let fields = data.fields.iter().zip(&model.fields);
    let types = fields.map(|(syntax, field)| {
        let ty = match &field.value {
            FieldValue::Field => &syntax.ty,
            FieldValue::TryFrom(ty) => ty,
            FieldValue::Json { .. } => return None,
        };
        let ty = ty.to_token_stream();
        let (start, end) = ends(&ty);
        let tokens = concrete(ty, &model.ident, &input.generics)?;
        Some(ConcreteType { allowed: allowed(&syntax.attrs), tokens, start, end })
    });
    types.collect()
}

/// The lints that the author allows of an item, to be allowed of what is made of it. Nothing else is allowed: a crate may
/// forbid it.
pub(super) fn allowed(attributes: &[Attribute]) -> TokenStream {
    let lists = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
            let lints = &list.tokens;
            Some(quote!(#[allow(#lints)]))
        }
        _ => None,
    });
    lists.collect()
}

/// The same type where the struct's parameters are not in scope: a lifetime becomes `'static`, and `Self` the struct.
/// `None` if the type depends on another parameter, which may be anything.
fn concrete(ty: TokenStream, this: &Ident, generics: &Generics) -> Option<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut after_tick = false;
    for token in ty {
        let token = match token {
            TokenTree::Group(group) => {
                let mut new =
                    Group::new(group.delimiter(), concrete(group.stream(), this, generics)?);
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            TokenTree::Ident(ident) if after_tick => {
                let is_of_the_struct =
                    generics.lifetimes().any(|param| param.lifetime.ident == ident);
                TokenTree::Ident(if is_of_the_struct {
                    Ident::new("static", ident.span())
                } else {
                    ident
                })
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                if !generics.params.is_empty() {
                    return None;
                }
                let mut this = this.clone();
                this.set_span(ident.span());
                TokenTree::Ident(this)
            }
            TokenTree::Ident(ident) if generics.params.iter().any(|param| is(param, &ident)) => {
                return None;
            }
            token => token,
        };
        after_tick = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        tokens.extend([token]);
    }
    Some(tokens)
}

fn is(param: &GenericParam, ident: &Ident) -> bool {
    match param {
        GenericParam::Type(param) => param.ident == *ident,
        GenericParam::Const(param) => param.ident == *ident,
        GenericParam::Lifetime(_) => false,
    }
}

fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut tokens = tokens.clone().into_iter();
    let Some(first) = tokens.next() else { return (Span::call_site(), Span::call_site()) };
    let last = tokens.last();
    let start = match &first {
        TokenTree::Group(group) => group.span_open(),
        token => token.span(),
    };
    let end = match last.as_ref().unwrap_or(&first) {
        TokenTree::Group(group) => group.span_close(),
        token => token.span(),
    };
    (start, end)
}
