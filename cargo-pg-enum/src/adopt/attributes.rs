//! The attributes of an enum or a variant, each where it stands.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, ItemEnum, LitStr, Meta, MetaList, Token};

use super::edits::{Edits, remove_elements, with_lines};

/// The attributes of an enum or a variant.
pub(super) struct Attributes(Vec<Outer>);

/// `#[…]`
struct Outer {
    range: Range<usize>,
    element: Element,
}

/// What is in an attribute; of a `cfg_attr`, each of the things that it adds.
struct Element {
    range: Range<usize>,
    meta: Meta,
    /// Of a `cfg_attr`, its predicate, and the text of it.
    predicate: Option<(Range<usize>, String)>,
    children: Vec<Self>,
}

/// What is in an attribute, and is no `cfg_attr`.
pub(super) struct Part<'a> {
    pub(super) meta: &'a Meta,
    pub(super) range: Range<usize>,
    /// The predicates of each `cfg_attr` around it.
    pub(super) conditions: Vec<String>,
    /// The whole attribute, where it is all that is in it.
    pub(super) alone: Option<Range<usize>>,
}

/// Nobody nests them deeper, and recursion must end before the stack does.
const DEEPEST: usize = 32;

impl Attributes {
    /// `None` if a `cfg_attr` cannot be read.
    pub(super) fn of(attributes: &[Attribute], text: &str) -> Option<Self> {
        let outer = |attribute: &Attribute| {
            let element = Element::of(attribute.meta.clone(), text, 0)?;
            Some(Outer { range: attribute.span().byte_range(), element })
        };
        attributes.iter().map(outer).collect::<Option<_>>().map(Self)
    }

    /// All that is in them, in order.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        for outer in &self.0 {
            outer.element.add_to(&mut parts, &mut Vec::new(), Some(&outer.range));
        }
        parts
    }

    /// Removes the parts that begin at these places, and attributes that have nothing else in them.
    pub(super) fn remove(&self, gone: &[usize], text: &str, edits: &mut Edits) {
        for outer in &self.0 {
            if outer.element.is_gone(gone) {
                edits.remove(with_lines(text, outer.range.clone()));
            } else {
                outer.element.remove(gone, text, edits);
            }
        }
    }
}

impl Element {
    fn of(meta: Meta, text: &str, depth: usize) -> Option<Self> {
        let range = meta.span().byte_range();
        text.get(range.clone())?;
        let Meta::List(list) = &meta else {
            return Some(Self { range, meta, predicate: None, children: Vec::new() });
        };
        if !list.path.is_ident("cfg_attr") {
            return Some(Self { range, meta, predicate: None, children: Vec::new() });
        }
        if depth == DEEPEST {
            return None;
        }
        let (predicate, metas) = conditional.parse2(list.tokens.clone()).ok()?;
        let predicate = (predicate.clone(), text.get(predicate)?.to_owned());
        let children = metas.into_iter().map(|meta| Self::of(meta, text, depth + 1));
        let children = children.collect::<Option<_>>()?;
        Some(Self { range, meta, predicate: Some(predicate), children })
    }

    fn add_to<'a>(
        &'a self,
        parts: &mut Vec<Part<'a>>,
        conditions: &mut Vec<String>,
        alone: Option<&Range<usize>>,
    ) {
        let Some((_, predicate)) = &self.predicate else {
            let (range, conditions) = (self.range.clone(), conditions.clone());
            parts.push(Part { meta: &self.meta, range, conditions, alone: alone.cloned() });
            return;
        };
        conditions.push(predicate.clone());
        for child in &self.children {
            child.add_to(parts, conditions, None);
        }
        conditions.pop();
    }

    fn is_gone(&self, gone: &[usize]) -> bool {
        match &self.predicate {
            None => gone.contains(&self.range.start),
            Some(_) => {
                !self.children.is_empty() && self.children.iter().all(|child| child.is_gone(gone))
            }
        }
    }

    fn remove(&self, gone: &[usize], text: &str, edits: &mut Edits) {
        let Some((predicate, _)) = &self.predicate else { return };
        let children = || self.children.iter();
        let elements: Vec<_> = [predicate.clone()]
            .into_iter()
            .chain(children().map(|one| one.range.clone()))
            .collect();
        let is_gone: Vec<_> =
            [false].into_iter().chain(children().map(|one| one.is_gone(gone))).collect();
        remove_elements(text, &elements, &is_gone, edits);
        for child in children().filter(|child| !child.is_gone(gone)) {
            child.remove(gone, text, edits);
        }
    }
}

/// The predicate of a `cfg_attr`, and what it adds.
fn conditional(input: ParseStream<'_>) -> syn::Result<(Range<usize>, Punctuated<Meta, Token![,]>)> {
    let first: TokenTree = input.parse()?;
    let mut range = first.span().byte_range();
    while !input.peek(Token![,]) {
        range.end = input.parse::<TokenTree>()?.span().byte_range().end;
    }
    input.parse::<Token![,]>()?;
    Ok((range, Punctuated::parse_terminated(input)?))
}

/// One of the things in an attribute's parentheses.
pub(super) struct Argument {
    /// Its name, without `r#`.
    pub(super) key: String,
    pub(super) key_range: Range<usize>,
    pub(super) range: Range<usize>,
    /// The text after `=`, if there is one and nothing else.
    pub(super) value: Option<LitStr>,
    /// The path after `=`, likewise.
    pub(super) path: Option<String>,
}

/// The arguments of `name(…)`. `None` if it has others than `key`, `key = …` and `key(…)`.
pub(super) fn arguments(list: &MetaList) -> Option<Vec<Argument>> {
    let arguments =
        |input: ParseStream<'_>| Punctuated::<_, Token![,]>::parse_terminated_with(input, argument);
    arguments.parse2(list.tokens.clone()).ok().map(|found| found.into_iter().collect())
}

fn argument(input: ParseStream<'_>) -> syn::Result<Argument> {
    let key = input.call(syn::Ident::parse_any)?;
    let key_range = key.span().byte_range();
    let mut range = key_range.clone();
    let mut tokens: Vec<TokenTree> = Vec::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        let token: TokenTree = input.parse()?;
        range.end = token.span().byte_range().end;
        tokens.push(token);
    }
    let is_assigned =
        matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    let (mut value, mut path) = (None, None);
    if is_assigned {
        let tokens = tokens.into_iter().skip(1).collect::<TokenStream>();
        path = syn::Path::parse_mod_style.parse2(tokens.clone()).ok();
        value = syn::parse2(tokens).ok();
    }
    let path = path.map(|path| written(&path));
    Ok(Argument { key: key.unraw().to_string(), key_range, range, value, path })
}

/// The name of an attribute that has no path before it.
pub(super) fn name(meta: &Meta) -> String {
    meta.path().get_ident().map(ToString::to_string).unwrap_or_default()
}

/// A path without generics, as it is usually written.
fn written(path: &syn::Path) -> String {
    let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let start = if path.leading_colon.is_some() { "::" } else { "" };
    start.to_owned() + &segments.join("::")
}

/// The enum with what `cfg_attr` adds, as if each condition held.
pub(super) fn flattened(item: &ItemEnum, text: &str) -> Option<ItemEnum> {
    let flat = |attributes: &[Attribute]| -> Option<Vec<Attribute>> {
        let first = attributes.first().cloned();
        let found = Attributes::of(attributes, text)?;
        let metas = found.parts().into_iter().map(|part| part.meta.clone());
        let with = |meta| first.clone().map(|first| Attribute { meta, ..first });
        metas.map(with).collect()
    };
    let mut item = item.clone();
    item.attrs = flat(&item.attrs)?;
    for variant in &mut item.variants {
        variant.attrs = flat(&variant.attrs)?;
    }
    Some(item)
}

/// The paths in a `derive`.
pub(super) fn paths(attribute: &Attribute) -> Vec<syn::Path> {
    let mut paths = Vec::new();
    if attribute.path().is_ident("derive") {
        // What does not parse is no path.
        let _ = attribute.parse_nested_meta(|meta| {
            paths.push(meta.path);
            Ok(())
        });
    }
    paths
}
