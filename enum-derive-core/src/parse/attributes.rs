//! `#[pg_enum(…)]` on an enum and on a variant.

use alloc::format;
use alloc::vec::Vec;
use core::mem;

use proc_macro2::{Ident, Span, TokenTree};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, LitStr, Token, parenthesized};

use super::arguments::{
    each_argument, flag, key_span, list, path, rename_rule, set, text, text_or_blank, unknown,
};
use super::dotted::former_name;
use super::{
    Errors, FormerName, Impl, ImplRequest, RemovedLabel, RenameRule, RetiredLabel, Text, Value,
};

const ON_ENUM: &[&str] = &[
    "name",
    "schema",
    "was",
    "rename_all",
    "removed",
    "retired",
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
    pub(super) retired: Vec<RetiredLabel>,
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
        each_argument(attributes, "pg_enum", errors, |key, meta, errors| {
            match key {
                "name" => set(&mut this.name, text_or_blank(meta, errors)?, meta, errors),
                "schema" => set(&mut this.schema, text_or_blank(meta, errors)?, meta, errors),
                "was" => set(&mut this.was, former_name(&text(meta)?)?, meta, errors),
                "rename_all" => {
                    let unknown = mem::replace(&mut this.labels_unknown, true);
                    if let Some(rule) = rename_rule(meta, errors)? {
                        this.labels_unknown = unknown;
                        set(&mut this.rename_all, rule, meta, errors);
                    }
                }
                "removed" => {
                    let form = r#"`removed("label" => Variant)`"#;
                    this.removed.extend(in_parentheses(meta, form, removed)?);
                }
                "retired" => {
                    this.retired.extend(in_parentheses(meta, r#"`retired("label")`"#, retired)?);
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
        each_argument(attributes, "pg_enum", errors, |key, meta, errors| {
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
    let label = label(input)?;
    input.parse::<Token![=>]>().map_err(expected_value("`=>` and "))?;
    let replacement = match value(input)? {
        Value::Variant(variant) => Some(variant),
        Value::Null => None,
    };
    Ok(RemovedLabel { label, replacement })
}

/// `"legacy"`, `"legacy" => Variant`, or `"legacy" => NULL`.
fn retired(input: ParseStream<'_>) -> syn::Result<RetiredLabel> {
    let label = label(input)?;
    let replacement = match input.parse::<Option<Token![=>]>>()? {
        Some(_) => Some(value(input)?),
        None => None,
    };
    Ok(RetiredLabel { label, replacement })
}

fn label(input: ParseStream<'_>) -> syn::Result<Text> {
    let label: LitStr = input.parse()?;
    Ok(Text { value: label.value(), span: label.span() })
}

/// `Variant` or `NULL`.
fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    let variant = Ident::parse_any(input).map_err(expected_value(""))?;
    Ok(if variant == "NULL" { Value::Null } else { Value::Variant(variant) })
}

fn expected_value(what: &str) -> impl Fn(syn::Error) -> syn::Error {
    move |error| {
        let message = format!("expected {what}the variant that replaces it, or `NULL`");
        syn::Error::new(error.span(), message)
    }
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
