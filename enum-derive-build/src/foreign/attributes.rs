//! Attributes, with those in `cfg_attr`, in a form that all derives' can be read from.

use pg_enum_core::parse::Text;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, LitStr, Meta, Token};

use super::{Imports, Read, unclear};

/// The attributes of an enum, a variant or a struct.
pub(crate) struct Attributes {
    metas: Vec<Meta>,
    /// A `cfg_attr` that could not be read, and may have anything in it.
    unreadable: Option<Span>,
}

/// Attributes of tools (reference, "Tool attributes").
const TOOLS: [&str; 4] = ["rustfmt", "clippy", "diagnostic", "miri"];

/// Crates whose attribute macros leave an enum's variants and the attributes of other derives as they are.
const HARMLESS: [&str; 17] = [
    "serde_with",
    "typeshare",
    "wasm_bindgen",
    "pyo3",
    "napi",
    "napi_derive",
    "uniffi",
    "specta",
    "tsify",
    "derive_where",
    "educe",
    "serde",
    "strum",
    "utoipa",
    "schemars",
    "core",
    "std",
];

/// One of the things in an attribute's parentheses.
pub(crate) struct Argument {
    /// Its name, without `r#`; a path as it stands.
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// What is said of an argument.
pub(crate) enum Value {
    /// Just its name.
    Nothing,
    /// `= "text"`
    Text(Text),
    /// `(…)`
    List(TokenStream),
    /// Something else, such as `= 1` or `= concat!("a", "b")`.
    Other,
}

impl Attributes {
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let mut this = Self { metas: Vec::new(), unreadable: None };
        for attribute in attributes {
            this.add(attribute.meta.clone(), 0);
        }
        this
    }

    fn add(&mut self, meta: Meta, depth: usize) {
        if !meta.path().is_ident("cfg_attr") {
            self.metas.push(meta);
            return;
        }
        // Nobody nests them deeper, and recursion must end before the stack does.
        let inner = match &meta {
            Meta::List(list) if depth < 32 => conditional.parse2(list.tokens.clone()).ok(),
            _ => None,
        };
        match inner {
            Some(metas) => metas.into_iter().for_each(|meta| self.add(meta, depth + 1)),
            None => self.unreadable = Some(meta.span()),
        }
    }

    /// Whether there is one of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.named(name).next().is_some()
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Meta> {
        self.metas.iter().filter(move |meta| meta.path().is_ident(name))
    }

    /// An attribute that is a macro and may make another enum of this one: it has a path, or a name that `use`
    /// brings in. A name alone is a derive's helper, as far as the file tells.
    pub(super) fn attribute_macro(&self, imports: &Imports) -> Option<&syn::Path> {
        self.metas.iter().map(Meta::path).find(|path| {
            let first = &path.segments[0].ident;
            if path.segments.len() > 1 {
                return !(TOOLS.iter().chain(&HARMLESS)).any(|name| first == name);
            }
            let full = path.get_ident().and_then(|name| imports.path_of(&name.to_string()));
            full.and_then(|full| full.split_once("::")).is_some_and(|(home, _)| {
                // In the crate itself, more modules than macros are named like a helper.
                home != "crate" && home != "self" && home != "super" && !HARMLESS.contains(&home)
            })
        })
    }

    /// The derives.
    pub(crate) fn derives(&self) -> Vec<syn::Path> {
        let paths = Punctuated::<syn::Path, Token![,]>::parse_terminated;
        let lists = self.named("derive").filter_map(|meta| match meta {
            Meta::List(list) => paths.parse2(list.tokens.clone()).ok(),
            _ => None,
        });
        lists.flatten().collect()
    }

    /// The same as attributes, without `cfg_attr`.
    pub(crate) fn flattened(&self) -> Vec<Attribute> {
        let attribute = |meta: &Meta| Attribute {
            pound_token: syn::token::Pound::default(),
            style: syn::AttrStyle::Outer,
            bracket_token: syn::token::Bracket::default(),
            meta: meta.clone(),
        };
        self.metas.iter().map(attribute).collect()
    }

    /// What is in the parentheses of all attributes of that name.
    pub(crate) fn lists(&self, name: &str) -> impl Iterator<Item = &TokenStream> {
        self.named(name).filter_map(|meta| match meta {
            Meta::List(list) => Some(&list.tokens),
            _ => None,
        })
    }

    /// Nothing, if everything could be read.
    pub(super) fn readable(&self) -> Read<()> {
        match self.unreadable {
            None => Ok(()),
            Some(span) => unclear(span, "a `cfg_attr` cannot be read"),
        }
    }

    /// The arguments of all attributes of that name: `#[name(…)]`.
    pub(crate) fn arguments(&self, name: &str) -> Read<Vec<Argument>> {
        self.readable()?;
        let mut all = Vec::new();
        for meta in self.named(name) {
            let list = match meta {
                Meta::List(list) => arguments(&list.tokens),
                _ => None,
            };
            match list {
                Some(list) => all.extend(list),
                None => return unclear(meta.span(), format_args!("`#[{name}]` cannot be read")),
            }
        }
        Ok(all)
    }

    /// The texts of all attributes of that name: `#[name = "text"]`.
    pub(crate) fn texts(&self, name: &str) -> Read<Vec<Text>> {
        self.readable()?;
        let text = |meta: &Meta| {
            if let Meta::NameValue(pair) = meta
                && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(literal), .. }) =
                    &pair.value
            {
                return Ok(text(literal));
            }
            unclear(meta.span(), format_args!("`#[{name}]` is not followed by a text"))
        };
        self.named(name).map(text).collect()
    }
}

/// What is in the parentheses of a `cfg_attr`, without the condition.
fn conditional(input: ParseStream<'_>) -> syn::Result<Punctuated<Meta, Token![,]>> {
    while !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Token![,]>()?;
    Punctuated::parse_terminated(input)
}

/// The arguments in such a list; `None` if it is none.
pub(super) fn arguments(list: &TokenStream) -> Option<Vec<Argument>> {
    let arguments = |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(argument(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(all)
    };
    arguments.parse2(list.clone()).ok()
}

fn argument(input: ParseStream<'_>) -> syn::Result<Argument> {
    let first = input.call(syn::Ident::parse_any)?;
    let span = first.span();
    let mut key = first.unraw().to_string();
    while input.peek(Token![::]) {
        input.parse::<Token![::]>()?;
        key = format!("{key}::{}", input.call(syn::Ident::parse_any)?.unraw());
    }
    let value = if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        Value::List(content.parse()?)
    } else if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let mut tokens = Vec::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            tokens.push(input.parse::<TokenTree>()?);
        }
        match syn::parse2::<LitStr>(tokens.into_iter().collect()) {
            Ok(literal) => Value::Text(text(&literal)),
            Err(_) => Value::Other,
        }
    } else {
        Value::Nothing
    };
    Ok(Argument { key, value, span })
}

fn text(literal: &LitStr) -> Text {
    Text { value: literal.value(), span: literal.span() }
}

impl Argument {
    /// Its text.
    pub(crate) fn into_text(self) -> Read<Text> {
        match self.value {
            Value::Text(text) => Ok(text),
            _ => unclear(self.span, format_args!("`{}` has no text after it", self.key)),
        }
    }

    /// The refusal, where nobody knows what it is.
    pub(super) fn unknown<T>(&self) -> Read<T> {
        unclear(self.span, format_args!("`{}` is not known", self.key))
    }
}

/// Notes a text, which may be said twice but not in two ways: the derives differ in what they make of
/// that, and conditions may well exclude each other.
pub(super) fn set(slot: &mut Option<Text>, text: Text) -> Read<()> {
    match slot {
        Some(first) if first.value != text.value => {
            unclear(text.span, format_args!("it is {:?} as well as {:?}", text.value, first.value))
        }
        Some(_) => Ok(()),
        None => {
            *slot = Some(text);
            Ok(())
        }
    }
}

/// The one text among several, by the same rule.
pub(super) fn the_one(texts: Vec<Text>) -> Read<Option<Text>> {
    let mut slot = None;
    texts.into_iter().try_for_each(|text| set(&mut slot, text))?;
    Ok(slot)
}
