//! `#[pg_enum(…)]` on an enum and on a variant.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, LitStr, Token, parenthesized};

use super::former_name::former_name;
use super::{Errors, FormerName, Impl, ImplRequest, RemovedLabel, RenameRule, Text};

const ON_ENUM: &[&str] = &[
    "name",
    "schema",
    "was",
    "rename_all",
    "removed",
    "comment",
    "external",
    "crate",
    "impl",
    "sql_type",
];
const ON_VARIANT: &[&str] = &["rename", "was", "alias", "other"];

/// The attributes of the enum.
#[derive(Default)]
pub(super) struct EnumAttributes {
    pub(super) name: Option<Text>,
    pub(super) schema: Option<Text>,
    pub(super) was: Option<FormerName>,
    pub(super) rename_all: Option<RenameRule>,
    /// Whether the labels derived from names are unknown, because `rename_all` did not parse.
    pub(super) labels_unknown: bool,
    pub(super) removed: Vec<RemovedLabel>,
    pub(super) comment: Option<Span>,
    pub(super) external: Option<Span>,
    pub(super) crate_path: Option<syn::Path>,
    pub(super) impls: Vec<ImplRequest>,
    pub(super) sql_type: Option<syn::Path>,
}

/// The attributes of a variant.
#[derive(Default)]
pub(super) struct VariantAttributes {
    pub(super) rename: Option<Text>,
    pub(super) was: Option<Text>,
    pub(super) aliases: Vec<Text>,
    pub(super) other: Option<Span>,
    /// Whether the label is unknown, because `rename` did not parse.
    pub(super) label_unknown: bool,
}

impl EnumAttributes {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        each_argument(attributes, errors, |key, meta, errors| {
            match key {
                "name" => set(&mut this.name, text_or_blank(meta, errors)?, meta, errors),
                "schema" => set(&mut this.schema, text_or_blank(meta, errors)?, meta, errors),
                "was" => set(&mut this.was, former_name(&text(meta)?)?, meta, errors),
                "rename_all" => {
                    let unknown = mem::replace(&mut this.labels_unknown, true);
                    let name = text(meta)?;
                    match RenameRule::from_name(&name.value) {
                        Some(rule) => {
                            this.labels_unknown = unknown;
                            set(&mut this.rename_all, rule, meta, errors);
                        }
                        None => errors.push(
                            name.span,
                            format!(
                                "unknown rename rule {:?}; the rules are {}",
                                name.value,
                                list(RenameRule::NAMES.map(|name| format!("{name:?}")))
                            ),
                        ),
                    }
                }
                "removed" => {
                    let form = r#"`removed("label" => Variant)`"#;
                    this.removed.extend(in_parentheses(meta, form, removed)?);
                }
                "comment" => set(&mut this.comment, flag(meta)?, meta, errors),
                "external" => set(&mut this.external, flag(meta)?, meta, errors),
                "crate" => {
                    let path = path(meta)?;
                    set(&mut this.crate_path, path, meta, errors);
                }
                "sql_type" => {
                    let path = path(meta)?;
                    set(&mut this.sql_type, path, meta, errors);
                }
                "impl" => {
                    for name in in_parentheses(meta, "`impl(Trait)`", trait_name)? {
                        request(&name, &mut this.impls, errors);
                    }
                }
                _ => return unknown(key, meta, ON_ENUM, ON_VARIANT, "a variant"),
            }
            Ok(())
        });
        this
    }
}

impl VariantAttributes {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        each_argument(attributes, errors, |key, meta, errors| {
            match key {
                "rename" => {
                    this.label_unknown = true;
                    let label = text(meta)?;
                    this.label_unknown = false;
                    set(&mut this.rename, label, meta, errors);
                }
                "was" => set(&mut this.was, text(meta)?, meta, errors),
                "alias" => this.aliases.push(text(meta)?),
                "other" => {
                    // The variant counts as `other` even if the attribute has a value by mistake.
                    let flag = flag(meta);
                    set(&mut this.other, key_span(meta), meta, errors);
                    flag?;
                }
                _ => return unknown(key, meta, ON_VARIANT, ON_ENUM, "the enum"),
            }
            Ok(())
        });
        this
    }
}

/// Calls `read` for each argument of each `#[pg_enum(…)]`, and continues with the next one after an error.
fn each_argument(
    attributes: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>, &mut Errors) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("pg_enum")) {
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

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The string after `=`.
fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    let literal: LitStr = meta.value()?.parse()?;
    if !literal.suffix().is_empty() {
        return Err(syn::Error::new(literal.span(), "expected a string literal without a suffix"));
    }
    Ok(Text { value: literal.value(), span: literal.span() })
}

/// The string after `=`. Without one, records the error and returns a text that causes no second error.
fn text_or_blank(meta: &ParseNestedMeta<'_>, errors: &mut Errors) -> syn::Result<Text> {
    text(meta).or_else(|error| {
        errors.push_error(error);
        skip_to_comma(meta.input)?;
        Ok(Text { value: String::from(" "), span: key_span(meta) })
    })
}

/// No value: the attribute is a flag.
fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<Span> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        return Ok(key_span(meta));
    }
    Err(meta.input.error("this attribute takes no value"))
}

/// The path after `=`.
fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<syn::Path> {
    let value = meta.value()?;
    if value.peek(LitStr) {
        return Err(value.error("expected a path, without quotes"));
    }
    syn::Path::parse_mod_style(value)
}

/// The entries in parentheses, separated by commas.
fn in_parentheses<T>(
    meta: &ParseNestedMeta<'_>,
    form: &str,
    entry: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Punctuated<T, Token![,]>> {
    if !meta.input.peek(Paren) {
        return Err(meta.input.error(format!("expected {form}")));
    }
    let content;
    parenthesized!(content in meta.input);
    Punctuated::parse_terminated_with(&content, entry).inspect_err(|_| {
        // syn would report the remaining tokens as a second error.
        while content.parse::<TokenTree>().is_ok() {}
    })
}

/// `"legacy" => Variant`, or `"legacy" => NULL`.
fn removed(input: ParseStream<'_>) -> syn::Result<RemovedLabel> {
    let label: LitStr = input.parse()?;
    let expected = |what| {
        move |error: syn::Error| {
            let message = format!("expected {what}the variant that replaces it, or `NULL`");
            syn::Error::new(error.span(), message)
        }
    };
    input.parse::<Token![=>]>().map_err(expected("`=>` and "))?;
    let replacement = Ident::parse_any(input).map_err(expected(""))?;
    Ok(RemovedLabel {
        label: Text { value: label.value(), span: label.span() },
        replacement: (replacement != "NULL").then_some(replacement),
    })
}

/// One trait name in `impl(…)`.
fn trait_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    Ident::parse_any(input)
        .map_err(|error| syn::Error::new(error.span(), "expected the name of a trait"))
}

/// Adds the request for a trait.
fn request(name: &Ident, requests: &mut Vec<ImplRequest>, errors: &mut Errors) {
    let span = name.span();
    match Impl::ALL.into_iter().find(|known| name == known.name()) {
        Some(which) if requests.iter().any(|earlier| earlier.which == which) => {
            errors.push(span, format!("repeated trait `{name}`"));
        }
        Some(which) => requests.push(ImplRequest { which, span }),
        None => errors.push(
            span,
            format!(
                "unknown trait `{name}`; the traits are {}",
                list(Impl::ALL.map(|known| format!("`{}`", known.name())))
            ),
        ),
    }
}

/// Sets a value that may be given only once.
fn set<T>(slot: &mut Option<T>, value: T, meta: &ParseNestedMeta<'_>, errors: &mut Errors) {
    if slot.is_some() {
        let key = meta.path.get_ident().map(Ident::unraw);
        let message = key.map_or(String::new(), |key| format!("repeated attribute `{key}`"));
        errors.push(key_span(meta), message);
    } else {
        *slot = Some(value);
    }
}

fn key_span(meta: &ParseNestedMeta<'_>) -> Span {
    meta.path.segments.first().map_or_else(Span::call_site, |segment| segment.ident.span())
}

/// The error for a key that is not one of `here`.
fn unknown(
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

fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(", ")
}
