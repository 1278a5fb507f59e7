//! Converts the derive's input to the model.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use heck::ToSnakeCase;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, Meta};

use super::attributes::{EnumAttributes, VariantAttributes};
use super::{Enum, Errors, Fallback, RenameRule, Text, Variant};

/// Reads an enum and its attributes.
///
/// The model contains everything that could be read. It is complete if there are no errors.
#[must_use]
pub fn parse(input: &DeriveInput) -> (Enum, Errors) {
    let mut errors = Errors::default();
    let attributes = EnumAttributes::read(&input.attrs, &mut errors);
    let mut model = Enum {
        ident: input.ident.clone(),
        schema: attributes.schema,
        name: attributes.name.unwrap_or_else(|| Text {
            value: input.ident.unraw().to_string().to_snake_case(),
            span: input.ident.span(),
        }),
        was: attributes.was,
        variants: Vec::new(),
        other: None,
        removed: attributes.removed,
        retired: attributes.retired,
        comment: attributes.comment.and_then(|span| comment(&input.attrs, span, &mut errors)),
        external: attributes.external.is_some(),
        crate_path: attributes.crate_path,
        impls: attributes.impls,
        sql_type: attributes.sql_type,
    };

    let labels = match (attributes.labels_unknown, attributes.rename_all) {
        (true, _) => Labels::Unknown,
        (false, None) => Labels::Names,
        (false, Some(rule)) => Labels::Renamed(rule),
    };
    if let Some(token) = &input.generics.lt_token {
        errors.push(token.span, "PgEnum cannot be derived for a generic enum");
    }
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                read_variant(variant, labels, &mut model, &mut errors);
            }
            if model.variants.is_empty() {
                let has = match model.other {
                    None => "no variants",
                    Some(_) => "only an `other` variant",
                };
                let ident = &input.ident;
                errors.push(
                    ident.span(),
                    format!("enum `{ident}` has {has}, so the type would have no labels"),
                );
            }
        }
        Data::Struct(data) => not_an_enum(data.struct_token.span, &mut errors),
        Data::Union(data) => not_an_enum(data.union_token.span, &mut errors),
    }
    (model, errors)
}

fn not_an_enum(span: Span, errors: &mut Errors) {
    errors.push(span, "PgEnum can only be derived for an enum");
}

/// How labels are derived from names.
#[derive(Clone, Copy)]
enum Labels {
    Names,
    Renamed(RenameRule),
    /// The rule is unknown because of an error that is already reported.
    Unknown,
}

impl Labels {
    fn of(self, name: String) -> String {
        match self {
            Self::Names => name,
            Self::Renamed(rule) => rule.apply(&name),
            // A text that cannot cause a second error.
            Self::Unknown => format!(" {name}"),
        }
    }
}

fn read_variant(variant: &syn::Variant, labels: Labels, model: &mut Enum, errors: &mut Errors) {
    let attributes = VariantAttributes::read(&variant.attrs, errors);
    if let Some(span) = attributes.other {
        read_fallback(variant, &attributes, span, model, errors);
        return;
    }
    if let Some(span) = fields_span(&variant.fields) {
        errors.push(
            span,
            format!(
                "variant `{}` has fields, but a label cannot hold data; only a variant with \
                 `#[pg_enum(other)]` may have a field",
                variant.ident
            ),
        );
    }
    let labels = if attributes.label_unknown { Labels::Unknown } else { labels };
    let label = attributes.rename.unwrap_or_else(|| Text {
        value: labels.of(variant.ident.unraw().to_string()),
        span: variant.ident.span(),
    });
    model.variants.push(Variant {
        ident: variant.ident.clone(),
        label,
        was: attributes.was,
        aliases: attributes.aliases,
    });
}

fn read_fallback(
    variant: &syn::Variant,
    attributes: &VariantAttributes,
    span: Span,
    model: &mut Enum,
    errors: &mut Errors,
) {
    let labelled = [&attributes.rename, &attributes.was].into_iter().flatten();
    for text in labelled.chain(&attributes.aliases) {
        errors.push(text.span, "the `other` variant has no label of its own");
    }
    let ident = &variant.ident;
    if !matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1) {
        errors.push(
            ident.span(),
            format!("the `other` variant holds the unknown label: write `{ident}(String)`"),
        );
    }
    if let Some(first) = &model.other {
        errors.push(span, "an enum has at most one `other` variant");
        errors.push(first.ident.span(), "the first `other` variant is here");
    } else {
        let field = fields_span(&variant.fields).unwrap_or_else(|| ident.span());
        model.other = Some(Fallback { ident: ident.clone(), field });
    }
}

fn fields_span(fields: &Fields) -> Option<Span> {
    match fields {
        Fields::Unit => None,
        Fields::Unnamed(fields) => Some(fields.paren_token.span.join()),
        Fields::Named(fields) => Some(fields.brace_token.span.join()),
    }
}

/// The doc comment, without the leading space of each line, as in rustdoc.
fn comment(attributes: &[Attribute], span: Span, errors: &mut Errors) -> Option<String> {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(meta) = &attribute.meta else { continue };
        if !meta.path.is_ident("doc") {
            continue;
        }
        let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = &meta.value else {
            errors.push(meta.eq_token.span, "`comment` needs a doc comment that is plain text");
            return None;
        };
        let line = literal.value();
        text.push_str(line.strip_prefix(' ').unwrap_or(&line).trim_end());
        text.push('\n');
    }
    let text = text.trim();
    if text.is_empty() {
        errors.push(span, "`comment` needs a doc comment on the enum");
        return None;
    }
    Some(text.to_string())
}
