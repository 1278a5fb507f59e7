//! The arguments of an attribute: `#[name(key = value, flag)]`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Token};

use super::{Errors, RenameRule, Text};

/// Calls `read` for each argument of each attribute with this name, and continues with the next one after an error.
pub(super) fn each_argument(
    attributes: &[Attribute],
    name: &str,
    errors: &mut Errors,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>, &mut Errors) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        let result = attribute.parse_nested_meta(|meta| {
            let key = match meta.path.get_ident() {
                Some(ident) => format!("{}", ident.unraw()),
                None => String::new(),
            };
            if let Err(error) = read(&key, &meta, errors) {
                errors.push_error(error);
                skip_to_comma(meta.input)?;
            }
            Ok(())
        });
        if let Err(error) = result {
            errors.push_error(error);
        }
    }
}

pub(super) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The string after `=`.
pub(super) fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    let literal: LitStr = meta.value()?.parse()?;
    if !literal.suffix().is_empty() {
        return Err(syn::Error::new(literal.span(), "expected a string literal without a suffix"));
    }
    Ok(Text { value: literal.value(), span: literal.span() })
}

/// The string after `=`. Without one, records the error and returns a text that causes no second error.
pub(super) fn text_or_blank(meta: &ParseNestedMeta<'_>, errors: &mut Errors) -> syn::Result<Text> {
    text(meta).or_else(|error| {
        errors.push_error(error);
        skip_to_comma(meta.input)?;
        Ok(Text { value: String::from(" "), span: key_span(meta) })
    })
}

/// The rule after `rename_all =`. Of one that is unknown, the rules are told.
pub(super) fn rename_rule(
    meta: &ParseNestedMeta<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<RenameRule>> {
    let name = text(meta)?;
    let rule = RenameRule::from_name(&name.value);
    if rule.is_none() {
        errors.push(
            name.span,
            format!(
                "unknown rename rule {:?}; the rules are {}",
                name.value,
                list(RenameRule::NAMES.map(|name| format!("{name:?}")))
            ),
        );
    }
    Ok(rule)
}

/// No value: the attribute is a flag.
pub(super) fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<Span> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        return Ok(key_span(meta));
    }
    Err(meta.input.error("this attribute takes no value"))
}

/// The path after `=`.
pub(super) fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<syn::Path> {
    let value = meta.value()?;
    if value.peek(LitStr) {
        return Err(value.error("expected a path, without quotes"));
    }
    syn::Path::parse_mod_style(value)
}

/// Sets a value that may be given only once.
pub(super) fn set<T>(
    slot: &mut Option<T>,
    value: T,
    meta: &ParseNestedMeta<'_>,
    errors: &mut Errors,
) {
    if slot.is_some() {
        let key = meta.path.get_ident().map(Ident::unraw);
        let message = key.map_or(String::new(), |key| format!("repeated attribute `{key}`"));
        errors.push(key_span(meta), message);
    } else {
        *slot = Some(value);
    }
}

pub(super) fn key_span(meta: &ParseNestedMeta<'_>) -> Span {
    meta.path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span())
}

/// The error for a key that is not one of `here`.
pub(super) fn unknown(
    key: &str,
    meta: &ParseNestedMeta<'_>,
    here: &[&str],
    elsewhere: &[&str],
    place: &str,
) -> syn::Result<()> {
    let message = match key {
        "" => format!("unknown attribute; the attributes here are {}", keys(here)),
        "type_name" => String::from("unknown attribute `type_name`; the type's name is `name`"),
        _ if elsewhere.contains(&key) => format!("attribute `{key}` belongs on {place}"),
        _ => format!("unknown attribute `{key}`; the attributes here are {}", keys(here)),
    };
    Err(syn::Error::new(key_span(meta), message))
}

fn keys(keys: &[&str]) -> String {
    list(keys.iter().map(|key| format!("`{key}`")))
}

pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(", ")
}
